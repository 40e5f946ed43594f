// Package airgap builds, from source, the container images of a cluster that can
// reach no registry: Go programs through the Go module proxy, everything else from
// Debian's packages.
//
// Each folder below tests/airgap is one image. Its image.yaml is the recipe, its
// go.mod pins the versions. Finished images are kept outside the tree under a name
// made of all that went into them, so nothing is built twice and a build that was
// interrupted goes on where it stopped.
package airgap

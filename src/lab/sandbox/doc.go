// Package sandbox gives tests a Debian machine of their own: a root directory made by
// debootstrap, with its own mounts, processes and network, gone when the test ends.
// Nothing that runs in it sees or changes this machine.
//
// The root directory without a test's changes is kept in the user's cache directory,
// together with the packages that tests install, so that a sandbox needs no network.
package sandbox

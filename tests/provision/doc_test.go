// Package provision runs the scripts that set up nodes outside the cluster, on Debian
// machines of their own.
package provision

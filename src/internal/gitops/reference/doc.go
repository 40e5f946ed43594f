// Package reference knows which objects name which others, and which objects a cluster
// makes from what is in the tree.
package reference

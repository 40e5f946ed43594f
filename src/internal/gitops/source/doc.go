// Package source reads the YAML of a tree and knows the line of every field.
package source

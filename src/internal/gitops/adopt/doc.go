// Package adopt makes a copy of this repository somebody's own: it writes another Git
// repository and another image into every manifest that names them.
//
// clusters/repository.yaml is the one place that says which they are. Whatever scalar in
// the YAML of the tree is exactly one of its values is replaced, and so is the beginning
// of links to the repository's pages; all other bytes stay.
package adopt

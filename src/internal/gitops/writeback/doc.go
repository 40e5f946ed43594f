// Package writeback commits small changes to a branch of a remote Git repository, beside
// other writers, and to the work tree.
//
// A commit is made in a clone's object store upon the branch's newest commit, verified,
// and pushed. When another writer was faster, the change is planned again upon what the
// branch is then; a commit is never rebased or merged. Neither the work tree nor the index
// nor a branch of the clone is touched, so that whatever goes wrong leaves them as they
// were. It runs the user's own git, with his credentials and his signing key.
package writeback

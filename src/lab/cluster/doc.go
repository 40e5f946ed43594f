// Package cluster brings up the whole platform on a kind cluster of this machine,
// and takes it down again.
//
// What is made by hand is what Argo CD cannot make itself: the cluster, its network
// plugin, Argo CD, and beside the cluster a PostgreSQL node and a Git server with a
// snapshot of the work tree. Everything else Argo CD syncs from that snapshot.
//
// Two kinds of cluster exist. "kind" pulls its images. "airgap" builds all of them
// from source, for machines that reach no container registry, and goes without what
// cannot be built.
//
// Everything that belongs to a cluster lies in .local/cluster:
//
//	kubeconfig     access to the cluster
//	exchange.git   the repository that Argo CD reads
//	tree/          the snapshot, as it was committed last
//	bin/kind       kind, built from its pinned module
//	docker/        the engine's files, if we started it
package cluster

package cluster

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Names and addresses on this machine. The subnet and the machines' addresses
// stand in the manifests of the lab, too.
const (
	clusterName     = "exchange"
	networkName     = "exchange-cluster"
	subnet          = "172.30.0.0/16"
	gateway         = "172.30.0.1"
	nodeRange       = "172.30.0.0/17" // Docker gives nodes addresses of this part
	databaseName    = "exchange-postgres"
	databaseAddress = "172.30.255.2"
	logsName        = "exchange-elasticsearch"
	logsAddress     = "172.30.255.3"
	nodeName        = clusterName + "-control-plane"
)

// Kind says which cluster of clusters/ is meant.
type Kind string

// The kinds of cluster that a machine can carry.
const (
	Pulled Kind = "kind"   // images come from registries
	Airgap Kind = "airgap" // images are built from source
)

// Lab is a cluster of this machine.
type Lab struct {
	Root string    // of the work tree
	Out  io.Writer // gets what the user should read
	// Program is a file that, run with the argument runc, is package runtime's
	// wrapper: this very program.
	Program string
}

func (l *Lab) say(format string, args ...any) { fmt.Fprintf(l.Out, format+"\n", args...) }

// dir is where everything of a cluster lies.
func (l *Lab) dir(elements ...string) string {
	return filepath.Join(append([]string{l.Root, ".local", "cluster"}, elements...)...)
}

// Kubeconfig is the file with the access to the cluster.
func (l *Lab) Kubeconfig() string { return l.dir("kubeconfig") }

// Repository is the bare Git repository that Argo CD reads.
func (l *Lab) Repository() string { return l.dir("exchange.git") }

// Kind returns which cluster was brought up; empty if none was.
func (l *Lab) Kind() (Kind, error) {
	text, err := os.ReadFile(l.dir("kind"))
	if os.IsNotExist(err) {
		return "", nil
	}
	return Kind(text), err
}

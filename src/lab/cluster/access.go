package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/bitpin/exchange/src/internal/gitops/adopt"
	"github.com/bitpin/exchange/src/internal/gitops/image"
	"github.com/bitpin/exchange/src/lab/docker"
	"github.com/bitpin/exchange/src/lab/oci"
)

// Name is the cluster's, as kind knows it.
const Name = clusterName

// ExchangeNamespace is where the exchange is, and ExchangePods selects the pods that
// serve.
const (
	ExchangeNamespace = exchangeNamespace
	ExchangePods      = exchangePods
)

// Access is what a test needs of a cluster that is up.
type Access struct {
	Kind    Kind
	Config  *rest.Config
	Typed   kubernetes.Interface
	Dynamic dynamic.Interface

	client *client
	http   *http.Client
}

// Access returns the access to the cluster that is up.
func (l *Lab) Access() (*Access, error) {
	kind, err := l.up()
	if err != nil {
		return nil, err
	}
	c, err := l.client()
	if err != nil {
		return nil, err
	}
	through, err := rest.HTTPClientFor(c.config)
	if err != nil {
		return nil, err
	}
	return &Access{Kind: kind, Config: c.config, Typed: c.typed, Dynamic: c.dynamic, client: c, http: through}, nil
}

// Applications lists the Applications, by name.
func (a *Access) Applications(ctx context.Context) ([]Application, error) {
	return a.client.applications(ctx)
}

// Refresh asks Argo CD to compare an Application with Git now, as a webhook does.
func (a *Access) Refresh(ctx context.Context, name string) error { return a.client.refresh(ctx, name) }

// InExchange runs the exchange's program in one of its pods and returns what it
// printed, also where it failed.
func (a *Access) InExchange(ctx context.Context, args ...string) (string, error) {
	out, err := a.client.inExchange(ctx, args...)
	return string(out), err
}

// Through returns the URL and the client that reach a port of a pod ("pods") or a
// Service ("services") through the API server.
func (a *Access) Through(resource, namespace, name, port string) (string, *http.Client) {
	return fmt.Sprintf("%s/api/v1/namespaces/%s/%s/%s:%s/proxy", strings.TrimSuffix(a.Config.Host, "/"), namespace, resource, name, port), a.http
}

// Hold keeps others from changing the cluster until release.
func (l *Lab) Hold() (release func() error, err error) {
	held, err := l.acquire()
	if err != nil {
		return nil, err
	}
	return held.Release, nil
}

// KindProgram is the path of kind, once the cluster is up.
func (l *Lab) KindProgram() string { return l.dir("bin", "kind") }

// LoadImage puts the images of an archive into the node.
func LoadImage(ctx context.Context, path string) error { return loadImage(ctx, path) }

// LoadVersion builds the exchange's image from the work tree, with a version of its
// own, and puts it into the node. It returns the image's name and tag.
func (l *Lab) LoadVersion(ctx context.Context, version string) (reference string, err error) {
	settings, err := adopt.Read(l.Root)
	if err != nil {
		return "", err
	}
	stamp := oci.Stamp{Version: version, Commit: strings.Repeat("0", 40), Time: time.Unix(0, 0)}
	built, err := oci.Build{Root: l.Root, Stamp: stamp}.Image(ctx, v1.Platform{OS: "linux", Architecture: runtime.GOARCH})
	if err != nil {
		return "", err
	}
	named := image.Reference{Name: settings.Image, Tag: version}
	path := l.dir("exchange-" + version + ".tar")
	defer func() { err = errors.Join(err, os.Remove(path)) }()
	if err := oci.Save(built, []string{named.String()}, path); err != nil {
		return "", err
	}
	return named.String(), loadImage(ctx, path)
}

// OnNode runs a shell script on the node and returns what it printed.
func OnNode(ctx context.Context, script string) (string, error) {
	return docker.Output(ctx, "exec", nodeName, "sh", "-c", script)
}

// DatabaseURL is the exchange's database as this machine reaches it.
func (l *Lab) DatabaseURL() (string, error) {
	secret, err := l.secret("apps", "exchange", "overlays", "kind", "secret.yaml")
	if err != nil {
		return "", err
	}
	u := url.URL{Scheme: "postgres", User: url.UserPassword("exchange", secret["DATABASE_PASSWORD"]), Host: databaseAddress + ":5432", Path: "exchange", RawQuery: "sslmode=require"}
	return u.String(), nil
}

// KillDatabase takes the power from the database's machine.
func KillDatabase(ctx context.Context) error {
	return docker.Run(ctx, nil, io.Discard, "kill", databaseName)
}

// StartDatabase starts the database's machine.
func StartDatabase(ctx context.Context) error {
	return docker.Run(ctx, nil, io.Discard, "start", databaseName)
}

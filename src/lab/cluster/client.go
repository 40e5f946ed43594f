package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"
)

// fieldManager is who applies the bootstrap.
const fieldManager = "exchange-bootstrap"

// client talks to the cluster's API server.
type client struct {
	config  *rest.Config
	typed   kubernetes.Interface
	dynamic dynamic.Interface
	mapper  *restmapper.DeferredDiscoveryRESTMapper
}

func (l *Lab) client() (*client, error) {
	config, err := clientcmd.BuildConfigFromFlags("", l.Kubeconfig())
	if err != nil {
		return nil, fmt.Errorf("reading the access to the cluster: %w", err)
	}
	config.QPS, config.Burst = 100, 200
	typed, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	dyn, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	found, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, err
	}
	return &client{config, typed, dyn, restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(found))}, nil
}

// resource returns the interface of an object's kind.
func (c *client) resource(o *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	kind := o.GroupVersionKind()
	mapping, err := c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if meta.IsNoMatchError(err) { // its definition may be new
		c.mapper.Reset()
		mapping, err = c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	}
	if err != nil {
		return nil, err
	}
	if mapping.Scope.Name() == meta.RESTScopeNameNamespace {
		return c.dynamic.Resource(mapping.Resource).Namespace(o.GetNamespace()), nil
	}
	return c.dynamic.Resource(mapping.Resource), nil
}

// apply applies an object on the server's side and takes over its fields.
func (c *client) apply(ctx context.Context, o *unstructured.Unstructured) error {
	r, err := c.resource(o)
	if err == nil {
		_, err = r.Apply(ctx, o.GetName(), o, metav1.ApplyOptions{FieldManager: fieldManager, Force: true})
	}
	if err != nil {
		return fmt.Errorf("applying %s %s: %w", o.GetKind(), o.GetName(), err)
	}
	return nil
}

// applyAll applies objects in order, and again those whose kinds or namespaces were
// not there yet, until all are applied or the time is over.
func (c *client) applyAll(ctx context.Context, objects []*unstructured.Unstructured, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for {
		var failed []*unstructured.Unstructured
		var problems []error
		for _, o := range objects {
			if err := c.apply(ctx, o); err != nil {
				failed, problems = append(failed, o), append(problems, err)
			}
		}
		if len(failed) == 0 {
			return nil
		}
		objects = failed
		select {
		case <-ctx.Done():
			return errors.Join(problems...)
		case <-time.After(time.Second):
		}
	}
}

// await calls done until it says so or the time is over; done's last words tell what
// was missing.
func await(ctx context.Context, timeout time.Duration, what string, done func(context.Context) (missing string, err error)) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	last := ""
	for {
		missing, err := done(ctx)
		if err == nil && missing == "" {
			return nil
		}
		if err != nil {
			missing = err.Error()
		}
		if ctx.Err() == nil {
			last = missing
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w; last: %s", what, ctx.Err(), last)
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// podsReady returns once all workloads of a namespace have the pods they want.
func (c *client) podsReady(ctx context.Context, namespace string, timeout time.Duration) error {
	return await(ctx, timeout, "the pods of "+namespace, func(ctx context.Context) (string, error) {
		for _, resource := range []string{"deployments", "statefulsets", "daemonsets"} {
			list, err := c.dynamic.Resource(schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: resource}).Namespace(namespace).List(ctx, metav1.ListOptions{})
			if err != nil {
				return "", err
			}
			for i := range list.Items {
				if !settled(&list.Items[i]) {
					return list.Items[i].GetKind() + " " + list.Items[i].GetName() + " is not ready", nil
				}
			}
		}
		return "", nil
	})
}

// settled reports whether a workload has all its pods, of its latest template.
func settled(o *unstructured.Unstructured) bool {
	number := func(fields ...string) int64 {
		n, _, _ := unstructured.NestedInt64(o.Object, fields...) // absent is 0
		return n
	}
	if number("status", "observedGeneration") < o.GetGeneration() {
		return false
	}
	if o.GetKind() == "DaemonSet" {
		wanted := number("status", "desiredNumberScheduled")
		return wanted > 0 && number("status", "numberReady") == wanted && number("status", "updatedNumberScheduled") == wanted
	}
	wanted := number("spec", "replicas")
	return number("status", "readyReplicas") == wanted && number("status", "updatedReplicas") == wanted
}

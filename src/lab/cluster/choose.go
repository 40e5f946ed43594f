package cluster

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// registries are what a cluster of kind Pulled needs; each answers at this path.
var registries = []string{"https://registry.k8s.io/v2/", "https://quay.io/v2/", "https://registry-1.docker.io/v2/"}

// registryTimeout bounds how long one may take to answer.
const registryTimeout = 5 * time.Second

// ParseKind reads a kind of cluster; "" or "auto" chooses by asking the registries.
func ParseKind(ctx context.Context, text string) (kind Kind, why string, err error) {
	switch Kind(text) {
	case Pulled, Airgap:
		return Kind(text), "as you said", nil
	}
	if text != "" && text != "auto" {
		return "", "", fmt.Errorf("CLUSTER=%s: the clusters of a machine are %s and %s; without CLUSTER, what the machine can reach decides", text, Pulled, Airgap)
	}
	for _, url := range registries {
		if silent := answers(ctx, url); silent != nil {
			return Airgap, "a container registry does not answer: " + silent.Error(), nil //nolint:nilerr // that is the answer
		}
	}
	return Pulled, "the container registries answer", nil
}

// answers asks a registry for its API. Any answer of its own will do, "sign in first"
// included.
func answers(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, registryTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusUnauthorized {
		return fmt.Errorf("%s answers %s", url, response.Status)
	}
	return nil
}

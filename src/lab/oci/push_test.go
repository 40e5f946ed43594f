package oci_test

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/bitpin/exchange/src/lab/oci"
)

// index is one of two small images, whose program has a text.
func index(t *testing.T, text string) v1.ImageIndex {
	t.Helper()
	source := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	layer, err := oci.Layer([]oci.File{{Path: "/program", Source: source}})
	if err != nil {
		t.Fatal(err)
	}
	all := mutate.IndexMediaType(empty.Index, "application/vnd.oci.image.index.v1+json")
	for _, architecture := range []string{"amd64", "arm64"} {
		platform := v1.Platform{OS: "linux", Architecture: architecture}
		image, err := oci.ImageFor(platform, v1.Config{}, layer)
		if err != nil {
			t.Fatal(err)
		}
		all = mutate.AppendManifests(all, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: &platform}})
	}
	return all
}

// newRegistry serves a registry that asks for a password and may fail.
func newRegistry(t *testing.T, failing *atomic.Bool) (host string) {
	t.Helper()
	inner := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		switch {
		case user != "delivery" || password != "right":
			w.Header().Set("WWW-Authenticate", `Basic realm="registry"`)
			w.WriteHeader(http.StatusUnauthorized)
		case failing.Load() && r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/manifests/"):
			w.WriteHeader(http.StatusForbidden)
		default:
			inner.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

func credentials(t *testing.T, user, password string) authn.Keychain {
	t.Helper()
	t.Setenv("DOCKER_USERNAME", user)
	t.Setenv("DOCKER_PASSWORD", password)
	keychain, err := oci.Credentials()
	if err != nil {
		t.Fatal(err)
	}
	return keychain
}

func TestAPushedIndexIsInTheRegistryUnderItsTagAndDigest(t *testing.T) {
	reference := newRegistry(t, &atomic.Bool{}) + "/bitpin/exchange:1.4.2"
	keychain := credentials(t, "delivery", "right")
	for range 2 { // pushing again is no error
		hash, err := oci.Push(t.Context(), index(t, "1"), reference, keychain)
		if err != nil {
			t.Fatal(err)
		}
		tag, err := name.NewTag(reference)
		if err != nil {
			t.Fatal(err)
		}
		there, err := remote.Index(tag, remote.WithAuthFromKeychain(keychain))
		if err != nil {
			t.Fatal(err)
		}
		if digest(t, there) != hash || hash != digest(t, index(t, "1")) {
			t.Errorf("the registry has %s, and %s was pushed", digest(t, there), hash)
		}
	}
}

func TestATagIsNotPushedOverAnotherDigest(t *testing.T) {
	reference := newRegistry(t, &atomic.Bool{}) + "/bitpin/exchange:1.4.2"
	keychain := credentials(t, "delivery", "right")
	first, err := oci.Push(t.Context(), index(t, "1"), reference, keychain)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := oci.Push(t.Context(), index(t, "2"), reference, keychain); err == nil || !strings.Contains(err.Error(), "is there already, as "+first.String()) {
		t.Errorf("%v", err)
	}
	if again, err := oci.Push(t.Context(), index(t, "1"), reference, keychain); err != nil || again != first {
		t.Errorf("the tag was changed: %s, %v", again, err)
	}
}

func TestARefusalOfTheRegistrySaysWhatToDo(t *testing.T) {
	var failing atomic.Bool
	host := newRegistry(t, &failing)
	failing.Store(true)
	for user, want := range map[string]string{
		"delivery": "403 Forbidden",
		"stranger": "401 Unauthorized",
	} {
		_, err := oci.Push(t.Context(), index(t, "1"), host+"/bitpin/exchange:1.4.2", credentials(t, user, "right"))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "may push to "+host+"/bitpin/exchange") {
			t.Errorf("%s: %v, want %q", user, err, want)
		}
	}
	failing.Store(false)
	tag, err := name.NewTag(host + "/bitpin/exchange:1.4.2")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := remote.Head(tag, remote.WithAuthFromKeychain(credentials(t, "delivery", "right"))); err == nil {
		t.Error("the tag is there")
	}
}

func TestHalfOfTheCredentialsIsAnError(t *testing.T) {
	t.Setenv("DOCKER_USERNAME", "delivery")
	t.Setenv("DOCKER_PASSWORD", "")
	if _, err := oci.Credentials(); err == nil {
		t.Error("no error")
	}
}

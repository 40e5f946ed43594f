package oci

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Credentials are what a registry asks for: DOCKER_USERNAME and DOCKER_PASSWORD, or what
// `docker login` left.
func Credentials() (authn.Keychain, error) {
	user, password := os.Getenv("DOCKER_USERNAME"), os.Getenv("DOCKER_PASSWORD")
	switch {
	case user == "" && password == "":
		return authn.DefaultKeychain, nil
	case user == "" || password == "":
		return nil, errors.New("DOCKER_USERNAME and DOCKER_PASSWORD: only one of both is set")
	default:
		return fixed{&authn.Basic{Username: user, Password: password}}, nil
	}
}

// fixed are the same credentials for any registry.
type fixed struct{ authn.Authenticator }

func (f fixed) Resolve(authn.Resource) (authn.Authenticator, error) { return f, nil }

// Push puts an index under a tag into a registry and returns its digest. A tag that is
// there already must have the same digest: it names one image for ever.
func Push(ctx context.Context, index v1.ImageIndex, reference string, keychain authn.Keychain) (v1.Hash, error) {
	tag, err := name.NewTag(reference)
	if err != nil {
		return v1.Hash{}, fmt.Errorf("naming the image: %w", err)
	}
	digest, err := index.Digest()
	if err != nil {
		return v1.Hash{}, err
	}
	options := []remote.Option{remote.WithContext(ctx), remote.WithAuthFromKeychain(keychain)}
	there, err := remote.Head(tag, options...)
	switch {
	case err == nil && there.Digest == digest:
		return digest, nil
	case err == nil:
		return v1.Hash{}, fmt.Errorf("%s is there already, as %s, and not %s: a tag names one image for ever; commit, so that this build has a tag of its own", tag, there.Digest, digest)
	case !isStatus(err, http.StatusNotFound):
		return v1.Hash{}, refused(tag, err)
	}
	if err := remote.WriteIndex(tag, index, options...); err != nil {
		return v1.Hash{}, refused(tag, err)
	}
	return digest, nil
}

func isStatus(err error, codes ...int) bool {
	var answer *transport.Error
	if !errors.As(err, &answer) {
		return false
	}
	for _, code := range codes {
		if answer.StatusCode == code {
			return true
		}
	}
	return false
}

// refused says what to do about a registry's answer.
func refused(tag name.Tag, err error) error {
	advice := "the tag was not written; try again"
	if isStatus(err, http.StatusUnauthorized, http.StatusForbidden) {
		advice = "the tag was not written; DOCKER_USERNAME and DOCKER_PASSWORD must be of somebody who may push to " + tag.Context().Name()
	}
	return fmt.Errorf("pushing %s: %w: %s", tag, err, advice)
}

package image

import (
	"fmt"
	"strings"

	"github.com/distribution/reference"
)

// None is the digest of an overlay that nothing was released to yet.
const None = "sha256:0000000000000000000000000000000000000000000000000000000000000000"

// Reference is an image by name, tag and digest.
type Reference struct {
	// Name has its registry: docker.io/bitpin/exchange.
	Name string
	Tag  string
	// Digest is sha256:… with 64 lower-case hexadecimal digits, or "" where an overlay
	// pins none.
	Digest string
}

// String writes a reference as Parse reads it.
func (r Reference) String() string {
	if r.Digest == "" {
		return r.Name + ":" + r.Tag
	}
	return r.Name + ":" + r.Tag + "@" + r.Digest
}

// Released says whether there is such an image: an overlay begins with None.
func (r Reference) Released() bool { return r.Digest != None }

// Same says whether two references are of the same image. Where one has no digest, the
// tag decides.
func (r Reference) Same(other Reference) bool {
	if r.Digest == "" || other.Digest == "" {
		return r.Tag == other.Tag
	}
	return r.Digest == other.Digest && r.Tag == other.Tag
}

// Parse reads NAME:TAG@DIGEST, or NAME:TAG. The name may be without a registry, which
// then is docker.io.
func Parse(text string) (Reference, error) {
	wrong := func(why string) (Reference, error) {
		return Reference{}, fmt.Errorf("image %q: %s; it is written NAME:TAG@sha256:DIGEST, such as docker.io/bitpin/exchange:1.4.2@sha256:…", text, why)
	}
	named, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		return wrong(strings.TrimPrefix(err.Error(), "invalid reference format: "))
	}
	r := Reference{Name: named.Name()}
	if tagged, ok := named.(reference.Tagged); ok {
		r.Tag = tagged.Tag()
	}
	if digested, ok := named.(reference.Digested); ok {
		r.Digest = digested.Digest().String()
	}
	switch {
	case r.Tag == "":
		return wrong("it has no tag, which says what the digest is")
	case r.Tag == "latest":
		return wrong(`"latest" is no version`)
	case r.Digest == None:
		return wrong("this digest stands for nothing released")
	case r.Digest != "" && !strings.HasPrefix(r.Digest, "sha256:"):
		return wrong("its digest is not of sha256")
	}
	return r, nil
}

// normalName completes a name with its registry, as Parse does.
func normalName(name string) (string, error) {
	named, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return "", err
	}
	return named.Name(), nil
}

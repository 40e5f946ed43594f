package adopt

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// File is the place that says which repository and image the tree names.
const File = "clusters/repository.yaml"

// Settings are what File says.
type Settings struct {
	// Repository is the URL that Argo CD reads from, such as
	// https://git.example.com/exchange.git.
	Repository string `yaml:"repository"`
	// Image is the exchange's, without tag and digest, such as
	// registry.example.com/exchange.
	Image string `yaml:"image"`
}

var (
	// The forms that Argo CD and Git take; nothing that YAML would need to quote.
	repositoryPattern = regexp.MustCompile(`^((https?|ssh|git)://([A-Za-z0-9._-]+@)?[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)+|[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:[A-Za-z0-9._~/-]+)$`)
	// A name without tag and digest: a registry's host, and a path.
	imagePattern = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[0-9]{1,5})?)(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)+$`)
)

// longest bounds both values.
const longest = 255

// Validate refuses what is no repository or no image. A value that is empty is fine: it
// stays as it is.
func (s Settings) Validate() error {
	if s.Repository != "" && (len(s.Repository) > longest || !repositoryPattern.MatchString(s.Repository)) {
		return fmt.Errorf("repository %q: must be the URL of a Git repository, such as https://git.example.com/exchange.git, without a password", s.Repository)
	}
	if s.Image != "" && (len(s.Image) > longest || !imagePattern.MatchString(s.Image)) {
		return fmt.Errorf("image %q: must be a registry's host and a path, such as registry.example.com/exchange, without tag and digest", s.Image)
	}
	return nil
}

// parse reads File.
func parse(content []byte) (Settings, error) {
	var s Settings
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(&s); err != nil {
		return s, fmt.Errorf("%s: %w", File, err)
	}
	if s.Repository == "" || s.Image == "" {
		return s, fmt.Errorf("%s: repository and image are both needed", File)
	}
	if err := s.Validate(); err != nil {
		return s, fmt.Errorf("%s: %w", File, err)
	}
	return s, nil
}

// pages is how links to the repository's pages begin, "" where it has none: a server
// of Git alone.
func (s Settings) pages() string {
	m := pagesPattern.FindStringSubmatch(s.Repository)
	if m == nil {
		return ""
	}
	host, path := m[1]+m[3]+m[5], m[2]+m[4]+m[6]
	return "https://" + host + "/" + strings.TrimSuffix(path, ".git") + "/"
}

// pagesPattern finds host and path in a URL, or in the short form of SSH. The port of
// SSH is not that of pages.
var pagesPattern = regexp.MustCompile(`^(?:https://(?:[^@/]+@)?([^/]+)/(.+)|ssh://(?:[^@/]+@)?([^:/]+)(?::[0-9]+)?/(.+)|[^@:/]+@([^:/]+):(.+))$`)

// or completes empty settings.
func (s Settings) or(other Settings) Settings {
	if s.Repository == "" {
		s.Repository = other.Repository
	}
	if s.Image == "" {
		s.Image = other.Image
	}
	return s
}

package airgap

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"sigs.k8s.io/yaml"
)

// RecipeFile is the name of a recipe in its folder.
const RecipeFile = "image.yaml"

// Recipe says how an image is made.
type Recipe struct {
	Name string `json:"-"` // the folder's
	Dir  string `json:"-"`

	References []string          `json:"references"`           // under which the cluster asks for it
	Debian     []string          `json:"debian,omitempty"`     // packages; without any, the image holds the programs alone
	Programs   []Program         `json:"programs,omitempty"`   // built from this folder's module
	Files      []File            `json:"files,omitempty"`      // taken from modules as they are
	Toolchain  string            `json:"toolchain,omitempty"`  // of Go, where the installed one is too old: go1.27.0
	Links      map[string]string `json:"links,omitempty"`      // path: what it points to
	Entrypoint []string          `json:"entrypoint,omitempty"` // of the image
	StopSignal string            `json:"stopSignal,omitempty"` // SIGTERM if empty
	User       string            `json:"user,omitempty"`       // uid:gid; 0:0 if empty
	Outside    bool              `json:"outside,omitempty"`    // it runs beside the cluster, not in it
	Env        map[string]string `json:"env,omitempty"`
}

// Program is a Go program of an image.
type Program struct {
	Module  string `json:"module,omitempty"`  // a folder below the recipe's with a go.mod of its own
	Package string `json:"package"`           // its main package, as seen from the module
	Path    string `json:"path"`              // in the image
	Flags   string `json:"ldflags,omitempty"` // for the linker, besides -s -w
}

// File is a file of a module that the folder's go.mod pins.
type File struct {
	Module string `json:"module"`
	Source string `json:"source"` // in the module
	Path   string `json:"path"`   // in the image
}

// Load reads all recipes below dir, by name.
func Load(dir string) ([]Recipe, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*", RecipeFile))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("there is no recipe below %s", dir)
	}
	recipes := make([]Recipe, 0, len(files))
	for _, file := range files {
		r, err := read(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		recipes = append(recipes, r)
	}
	return recipes, nil
}

func read(file string) (Recipe, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return Recipe{}, err
	}
	r := Recipe{Dir: filepath.Dir(file), Name: filepath.Base(filepath.Dir(file))}
	if err := yaml.UnmarshalStrict(text, &r); err != nil {
		return Recipe{}, err
	}
	return r, r.validate()
}

func (r Recipe) validate() error {
	if len(r.References) == 0 {
		return errors.New("references: name the image at least once")
	}
	for _, reference := range r.References {
		if _, err := name.NewTag(reference, name.StrictValidation); err != nil {
			return fmt.Errorf("references: %w", err)
		}
	}
	if len(r.Programs) == 0 && len(r.Debian) == 0 {
		return errors.New("an image needs programs or Debian packages")
	}
	for _, p := range r.Programs {
		if p.Module != "" && !filepath.IsLocal(p.Module) {
			return fmt.Errorf("programs: module %q is not below the recipe's folder", p.Module)
		}
		if p.Package == "" || !path.IsAbs(p.Path) {
			return fmt.Errorf("programs: %q at %q: a program has a package and an absolute path", p.Package, p.Path)
		}
	}
	for _, f := range r.Files {
		if f.Module == "" || !filepath.IsLocal(f.Source) || !path.IsAbs(f.Path) {
			return fmt.Errorf("files: %q at %q: a file has a module, a path in it and an absolute path in the image", f.Source, f.Path)
		}
	}
	for link := range r.Links {
		if !path.IsAbs(link) {
			return fmt.Errorf("links: %q is not an absolute path", link)
		}
	}
	return nil
}

// packages returns the Debian packages in a fixed order.
func (r Recipe) packages() []string { return slices.Sorted(slices.Values(r.Debian)) }

// config is how the image's container starts.
func (r Recipe) config() v1.Config {
	config := v1.Config{Entrypoint: r.Entrypoint, User: r.User, StopSignal: r.StopSignal}
	for _, key := range slices.Sorted(maps.Keys(r.Env)) {
		config.Env = append(config.Env, key+"="+r.Env[key])
	}
	return config
}

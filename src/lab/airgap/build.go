package airgap

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"golang.org/x/sync/errgroup"

	"github.com/bitpin/exchange/src/lab/lock"
	"github.com/bitpin/exchange/src/lab/oci"
	"github.com/bitpin/exchange/src/lab/space"
)

// Builder makes images and keeps them. Open makes one.
type Builder struct {
	cache string // directory for finished images
	jobs  int
	say   func(format string, args ...any)
	held  *lock.Lock

	debian   debian
	baseOnce sync.Once
	base     v1.Layer
	baseErr  error
}

// spaceAnImage is what building one takes in bytes, with what Go keeps of it.
const spaceAnImage = 1600 << 20

// Image is a finished image.
type Image struct {
	Recipe Recipe
	Key    string // of all that went into it
	File   string // an archive that docker and containerd load
	Cached bool   // it was there already
}

// BuildError says which image could not be made; its log has more.
type BuildError struct {
	Image string
	Log   string // a file
	Err   error
}

// Error names the image and shows the end of the log.
func (e *BuildError) Error() string {
	return fmt.Sprintf("image %s: %v; the end of %s:\n%s", e.Image, e.Err, e.Log, tail(e.Log))
}

// Unwrap returns the cause.
func (e *BuildError) Unwrap() error { return e.Err }

// Build makes what is missing of the images. It stops at the first that fails; what
// was finished by then is kept for the next time.
func (b *Builder) Build(ctx context.Context, recipes []Recipe) ([]Image, error) {
	images, missing, err := b.look(recipes)
	if err != nil {
		return nil, err
	}
	if needed := uint64(len(missing)) * spaceAnImage; needed > 0 {
		if err := space.Check(b.cache, needed); err != nil {
			return nil, fmt.Errorf("building %d images: %w", len(missing), err)
		}
	}
	return images, b.buildAll(ctx, missing)
}

// look finds out which images are there already.
func (b *Builder) look(recipes []Recipe) (images []Image, missing []*Image, err error) {
	images = make([]Image, len(recipes))
	for i, r := range recipes {
		key, err := r.key()
		if err != nil {
			return nil, nil, fmt.Errorf("image %s: %w", r.Name, err)
		}
		images[i] = Image{Recipe: r, Key: key, File: filepath.Join(b.cache, r.Name+"-"+key+".tar")}
		if err := use(images[i].File); err == nil {
			images[i].Cached = true
			continue
		}
		missing = append(missing, &images[i])
	}
	return images, missing, nil
}

func (b *Builder) buildAll(ctx context.Context, missing []*Image) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, b.jobs))
	var done atomic.Int32
	for _, image := range missing {
		group.Go(func() error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			b.say("building %s", image.Recipe.Name)
			began := time.Now()
			if err := b.build(ctx, image); err != nil {
				return err
			}
			b.say("built %s in %s (%d of %d)", image.Recipe.Name, time.Since(began).Round(time.Second), done.Add(1), len(missing))
			return nil
		})
	}
	return group.Wait()
}

// build makes one image.
func (b *Builder) build(ctx context.Context, image *Image) (err error) {
	r := image.Recipe
	path := filepath.Join(b.cache, r.Name+".log")
	log, err := os.Create(path)
	if err != nil {
		return err
	}
	defer log.Close()
	work, err := os.MkdirTemp(b.cache, scratch+"build-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	if err := b.make(ctx, image, work, log); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &BuildError{Image: r.Name, Log: path, Err: err}
	}
	return nil
}

func (b *Builder) make(ctx context.Context, image *Image, work string, log *os.File) error {
	r := image.Recipe
	var layers []v1.Layer
	if len(r.Debian) > 0 {
		added, err := b.debianLayers(ctx, r, work, log)
		if err != nil {
			return err
		}
		layers = added
	}
	files, err := compile(ctx, r, work, log)
	if err != nil {
		return err
	}
	taken, err := take(ctx, r)
	if err != nil {
		return err
	}
	files = append(files, taken...)
	for _, link := range slices.Sorted(maps.Keys(r.Links)) {
		files = append(files, oci.File{Path: link, Link: r.Links[link]})
	}
	if len(files) > 0 {
		layer, err := oci.Layer(files)
		if err != nil {
			return err
		}
		layers = append(layers, layer)
	}
	built, err := oci.Image(r.config(), layers...)
	if err != nil {
		return err
	}
	return oci.Save(built, r.References, image.File)
}

// debianLayers returns the base and what the recipe's packages add to it.
func (b *Builder) debianLayers(ctx context.Context, r Recipe, work string, log *os.File) ([]v1.Layer, error) {
	base, err := b.baseLayer(ctx, log)
	if err != nil {
		return nil, err
	}
	added := filepath.Join(work, "debian.tar")
	if err := b.debian.install(ctx, log, r.packages(), added); err != nil {
		return nil, err
	}
	layer, err := tarball.LayerFromFile(added)
	if err != nil {
		return nil, err
	}
	return []v1.Layer{base, layer}, nil
}

// baseLayer packs the Debian that images share, once.
func (b *Builder) baseLayer(ctx context.Context, log *os.File) (v1.Layer, error) {
	b.baseOnce.Do(func() {
		var dir string
		if dir, b.baseErr = b.debian.baseDir(ctx, log); b.baseErr != nil {
			return
		}
		packed := dir + ".tar"
		if _, err := os.Stat(packed); err != nil {
			unfinished := packed + ".unfinished"
			if b.baseErr = archive(ctx, log, dir, unfinished); b.baseErr != nil {
				return
			}
			if b.baseErr = os.Rename(unfinished, packed); b.baseErr != nil {
				return
			}
		}
		b.base, b.baseErr = tarball.LayerFromFile(packed)
	})
	return b.base, b.baseErr
}

// environment is that of Go's command for a recipe.
func (r Recipe) environment() []string {
	env := append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly -trimpath -buildvcs=false", "GOWORK=off")
	if r.Toolchain != "" {
		env = append(env, "GOTOOLCHAIN="+r.Toolchain)
	}
	return env
}

// take finds the files that the recipe takes from modules.
func take(ctx context.Context, r Recipe) ([]oci.File, error) {
	var files []oci.File
	for _, f := range r.Files {
		cmd := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", f.Module)
		cmd.Dir, cmd.Env = r.Dir, append(r.environment(), "GOFLAGS=-mod=readonly")
		dir, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("looking for module %s: %w", f.Module, err)
		}
		files = append(files, oci.File{Path: f.Path, Source: filepath.Join(strings.TrimSpace(string(dir)), f.Source)})
	}
	return files, nil
}

// compile builds the recipe's programs.
func compile(ctx context.Context, r Recipe, work string, log *os.File) ([]oci.File, error) {
	env := r.environment()
	var files []oci.File
	for i, p := range r.Programs {
		out := filepath.Join(work, fmt.Sprint("program-", i))
		if err := run(ctx, log, filepath.Join(r.Dir, p.Module), env, "go", "build", "-ldflags", strings.TrimSpace("-s -w "+p.Flags), "-o", out, p.Package); err != nil {
			return nil, fmt.Errorf("building %s: %w", p.Package, err)
		}
		files = append(files, oci.File{Path: p.Path, Source: out})
	}
	return files, nil
}

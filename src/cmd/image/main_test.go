package main

import (
	"bytes"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

const repository = "../../.."

func run(t *testing.T, args ...string) (code int, out, errors string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = Run(t.Context(), args, Streams{&stdout, &stderr})
	return code, stdout.String(), stderr.String()
}

// inClone goes to a repository of one commit with this program's sources.
func inClone(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"src", "go.mod", "go.sum"} {
		from, to := filepath.Join(repository, name), filepath.Join(dir, name)
		info, err := os.Stat(from)
		if err != nil {
			t.Fatal(err)
		}
		if info.IsDir() {
			err = os.CopyFS(to, os.DirFS(from))
		} else if text, readErr := os.ReadFile(from); readErr == nil {
			err = os.WriteFile(to, text, 0o600)
		} else {
			err = readErr
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	if err := os.Mkdir("clusters", 0o700); err != nil {
		t.Fatal(err)
	}
	settings := "repository: https://git.example.com/exchange.git\nimage: docker.io/bitpin/exchange\n"
	if err := os.WriteFile("clusters/repository.yaml", []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	for _, args := range [][]string{{"init", "--quiet"}, {"add", "--all"}, {"-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message", "One"}} {
		if out, err := exec.CommandContext(t.Context(), "git", args...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v: %s", args, err, out)
		}
	}
}

func TestAnImageIsBuiltAndPushed(t *testing.T) {
	inClone(t)
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	defer server.Close()
	t.Setenv("DOCKER_USERNAME", "")
	t.Setenv("DOCKER_PASSWORD", "")
	image := strings.TrimPrefix(server.URL, "http://") + "/bitpin/exchange"
	platform := "linux/" + runtime.GOARCH

	code, out, errors := run(t, "push", "--platform", platform, "--name", image, "--outputs", "outputs")
	pattern := regexp.MustCompile(`^` + regexp.QuoteMeta(image) + `:0\.0\.0-[0-9]{14}-[0-9a-f]{12}@sha256:[0-9a-f]{64}\n$`)
	if code != exitOK || !pattern.MatchString(out) {
		t.Fatalf("exit code %d: %s%s", code, out, errors)
	}
	tag, digest, _ := strings.Cut(strings.TrimSpace(out), "@")
	outputs, err := os.ReadFile("outputs")
	if want := "reference=" + out + "name=" + image + "\ndigest=" + digest + "\n"; err != nil || string(outputs) != want {
		t.Errorf("the outputs: %q, %v", outputs, err)
	}
	reference, err := name.NewTag(tag)
	if err != nil {
		t.Fatal(err)
	}
	if there, err := remote.Head(reference); err != nil || there.Digest.String() != digest {
		t.Errorf("the registry has %v, %v", there, err)
	}

	code, out, errors = run(t, "build", "--platform", platform, "--name", image, "--output", "image.tar")
	if code != exitOK || !strings.HasPrefix(out, tag+"@sha256:") {
		t.Fatalf("exit code %d: %s%s", code, out, errors)
	}
	archived, err := tarball.ImageFromPath("image.tar", &reference)
	if err != nil {
		t.Fatal(err)
	}
	file, err := archived.ConfigFile()
	if err != nil || file.Config.Labels["org.opencontainers.image.source"] != "https://git.example.com/exchange" {
		t.Errorf("config %+v, %v", file.Config, err)
	}

	if err := os.WriteFile("src/new.go", []byte("package src\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errors := run(t, "push", "--platform", platform, "--name", image); code != exitFailed || !strings.Contains(errors, "commit first") {
		t.Errorf("pushing what is not committed: exit code %d: %s", code, errors)
	}
}

func TestWrongArgumentsAreNamed(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"build", "--platform", "plan9/amd64"}, `--platform "plan9/amd64": must be of linux/amd64, linux/arm64`},
		{[]string{"build", "--platform", ""}, "--platform is empty"},
		{[]string{"push", "x"}, `takes no arguments, but got "x"`},
		{[]string{"pull"}, `unknown command "pull"`},
	} {
		if code, _, errors := run(t, test.args...); code != exitUsage || !strings.Contains(errors, test.want) {
			t.Errorf("%v: exit code %d: %s", test.args, code, errors)
		}
	}
}

// Whoever has a container engine gets the same by the Dockerfile.
func TestTheDockerfileMakesTheSameImage(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(repository + "/src/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(repository + "/src/lab/oci/exchange.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, both := range []string{"-trimpath", "-buildvcs=false", "-s -w", "-X main.version=", "-X main.commit=", "65532:65532", "./src/cmd/exchange"} {
		if !strings.Contains(string(text), both) || !strings.Contains(string(program), both) {
			t.Errorf("%q is not in both", both)
		}
	}
	for _, want := range []string{"FROM scratch", `ENTRYPOINT ["/exchange"]`, `CMD ["serve"]`, "org.opencontainers.image.revision", "org.opencontainers.image.version", "org.opencontainers.image.source"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the Dockerfile has no %q", want)
		}
	}
}

package postgres

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

// containerMajor is the version that we run in a container where nothing else says
// which.
const containerMajor = 17

// container runs the programs of the `postgres` image by Docker. The image's own
// start script is not used: the programs do what they do natively, on our
// directory and as our user.
type container struct {
	identity
	name, image string
	uid, gid    int
}

func dockerAnswers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return exec.CommandContext(ctx, "docker", "info").Run() == nil
}

func newContainer(h *home, who identity, major int) *container {
	if major == 0 {
		major = containerMajor
	}
	c := &container{
		identity: who, uid: os.Getuid(), gid: os.Getgid(),
		name:  fmt.Sprintf("exchange-lab-%x", sha256.Sum256([]byte(h.dir.Name())))[:24],
		image: "postgres:" + strconv.Itoa(major),
	}
	if who.credential != nil {
		c.uid, c.gid = int(who.credential.Uid), int(who.credential.Gid)
	}
	return c
}

const (
	hbaFile    = "pg_hba.conf"
	passwdFile = "passwd"
)

// prepare removes what a killed process left, fetches the image, and writes the
// two files that the programs need inside.
func (c *container) prepare(ctx context.Context, h *home, o Options) error {
	_ = exec.CommandContext(ctx, "docker", "rm", "--force", c.name).Run() // none is the usual case
	if exec.CommandContext(ctx, "docker", "image", "inspect", c.image).Run() != nil {
		o.say("Fetching the image %s, because this machine has no PostgreSQL", c.image)
		if out, err := exec.CommandContext(ctx, "docker", "pull", "--quiet", c.image).CombinedOutput(); err != nil {
			return fmt.Errorf("docker pull %s: %w:\n%s", c.image, err, lastLines(string(out), 4))
		}
	}
	for name, text := range map[string]string{
		hbaFile:    "host all all all scram-sha-256\n",
		passwdFile: fmt.Sprintf("lab:x:%d:%d::/:/bin/false\n", c.uid, c.gid),
	} {
		if err := os.WriteFile(h.path(name), []byte(text), 0o644); err != nil { //nolint:gosec // no secret, and others read it
			return fmt.Errorf("preparing the container: %w", err)
		}
	}
	return nil
}

func (c *container) command(dir *os.File, p program) *exec.Cmd {
	args := []string{
		"run", "--rm", "--name", c.name, "--user", fmt.Sprintf("%d:%d", c.uid, c.gid),
		"--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--entrypoint", p.name,
		"--volume", dir.Name() + ":/lab", "--volume", dir.Name() + "/" + passwdFile + ":/etc/passwd:ro",
	}
	if p.port != 0 {
		args = append(args, "--publish", fmt.Sprintf("127.0.0.1:%d:5432", p.port))
	}
	args = append(args, c.image)
	args = append(args, p.args(func(name string) string { return "/lab/" + name })...)
	cmd := exec.Command("docker", args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

func (c *container) network(_ int, path func(string) string) []string {
	return []string{"listen_addresses=*", "port=5432", "hba_file=" + path(hbaFile)}
}

func (c *container) describe() string { return "the image " + c.image + " in Docker" }

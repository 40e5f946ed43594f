package postgres

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// identity is the user that a server runs as. PostgreSQL refuses to run as root.
type identity struct {
	credential *syscall.Credential // nil: we stay who we are
	name       string
}

func currentIdentity() (identity, error) {
	if os.Geteuid() != 0 {
		return identity{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errU := strconv.ParseUint(u.Uid, 10, 32)
		gid, errG := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(errU, errG); err != nil {
			return identity{}, fmt.Errorf("reading the ids of user %s: %w", name, err)
		}
		return identity{&syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, name}, nil
	}
	return identity{}, errors.New("PostgreSQL does not run as root, and this system has neither a user postgres nor a user nobody: run this as an ordinary user")
}

// own gives a file or directory to the server's user.
func (i identity) own(path string) error {
	if i.credential == nil {
		return nil
	}
	if err := os.Chown(path, int(i.credential.Uid), int(i.credential.Gid)); err != nil {
		return fmt.Errorf("giving %s to user %s: %w", path, i.name, err)
	}
	return nil
}

// command prepares a program of PostgreSQL that works in a directory of ours. The
// directory's parents may be closed to the server's user (a repository below
// /root, say), so that user gets the directory as an open file, and reaches it by
// a name that does not lead through its parents. path turns a name inside the
// directory into the one that the program must use.
func (i identity) command(dir *os.File, program string, args func(path func(string) string) []string) *exec.Cmd {
	base := dir.Name()
	if i.credential != nil {
		base = "/proc/self/fd/3"
	}
	cmd := exec.Command(program, args(func(name string) string { return base + "/" + name })...)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	// Ctrl-C is for us: we stop the server when nothing needs it any more.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: i.credential}
	if i.credential != nil {
		cmd.ExtraFiles = []*os.File{dir}
	}
	return cmd
}

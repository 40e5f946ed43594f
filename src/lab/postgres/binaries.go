package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// MinMajor is the oldest major version of PostgreSQL that the exchange runs on.
const MinMajor = 14

// ErrNoBinaries says that this machine has no suitable PostgreSQL server.
var ErrNoBinaries = errors.New("no PostgreSQL server found")

// Binaries are the programs of one installed PostgreSQL.
type Binaries struct {
	Dir   string // holds postgres, initdb and the others
	Major int
}

// where the packages of the usual systems put a server, besides PATH
var binaryGlobs = []string{
	"/usr/lib/postgresql/*/bin",          // Debian, Ubuntu, Alpine
	"/usr/pgsql-*/bin",                   // PostgreSQL's own packages for Red Hat
	"/opt/homebrew/opt/postgresql@*/bin", // Homebrew
	"/usr/local/opt/postgresql@*/bin",    // Homebrew on Intel
	"/Applications/Postgres.app/Contents/Versions/*/bin",
}

// Find returns the newest installed server, MinMajor or later; of the given major
// version alone if that is not 0. Without one, the error is ErrNoBinaries.
func Find(ctx context.Context, major int) (Binaries, error) {
	var newest Binaries
	for _, dir := range binaryDirs() {
		found, err := versionOf(ctx, dir)
		if err != nil || found < MinMajor || (major != 0 && found != major) {
			continue
		}
		if found > newest.Major {
			newest = Binaries{Dir: dir, Major: found}
		}
	}
	switch {
	case newest.Dir != "":
		return newest, nil
	case major != 0:
		return Binaries{}, fmt.Errorf("%w: version %d is needed", ErrNoBinaries, major)
	default:
		return Binaries{}, fmt.Errorf("%w: version %d or later is needed", ErrNoBinaries, MinMajor)
	}
}

// binaryDirs lists the directories that have both a server and initdb.
func binaryDirs() []string {
	var candidates []string
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		// initdb looks for the server beside itself, so links must be followed.
		if followed, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres")); err == nil {
			candidates = append(candidates, filepath.Dir(followed))
		}
	}
	for _, glob := range binaryGlobs {
		matches, _ := filepath.Glob(glob) // its only error is a bad pattern
		candidates = append(candidates, matches...)
	}
	var dirs []string
	for _, dir := range candidates {
		if executable(filepath.Join(dir, "postgres")) && executable(filepath.Join(dir, "initdb")) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// versionOf asks a server for its major version: "postgres (PostgreSQL) 15.13 …".
func versionOf(ctx context.Context, dir string) (int, error) {
	out, err := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version").Output()
	if err != nil {
		return 0, err
	}
	_, version, _ := strings.Cut(string(out), "(PostgreSQL) ")
	digits := strings.IndexFunc(version, func(r rune) bool { return r < '0' || r > '9' })
	if digits < 0 {
		digits = len(version)
	}
	return strconv.Atoi(version[:digits])
}

package airgap

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// format is raised when images of the same recipe come out differently.
const format = 1

// key names an image by everything that it is made of: the folder's files, the
// compiler and, for what Debian gives, the suite.
func (r Recipe) key() (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, format, runtime.GOARCH, runtime.Version(), suite, r.Toolchain)
	err := filepath.WalkDir(r.Dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || entry.Name() == "README.md" {
			return err
		}
		fmt.Fprintln(h, strings.TrimPrefix(path, r.Dir))
		return hashFile(h, path)
	})
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil))[:16], nil
}

func hashFile(w io.Writer, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}

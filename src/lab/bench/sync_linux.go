package bench

import (
	"os"
	"syscall"
)

// dataSync is what PostgreSQL calls on this system.
func dataSync(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }

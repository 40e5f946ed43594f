package postgres

import (
	"fmt"
	"io"
)

// Options say what server to start. The zero value is a durable server in a
// temporary directory.
type Options struct {
	// Dir keeps the data and the passwords; a second start finds them again. It is
	// made when absent. Empty: a temporary directory that goes with the server.
	Dir string
	// NoFsync makes commits fast and the data worthless after the machine (not the
	// server) has crashed: for tests.
	NoFsync bool
	// Install allows to install the package when there is no server and we are root
	// on Debian or Ubuntu.
	Install bool
	// Docker allows to run a container when there is no server.
	Docker bool
	// Log is told what takes long or changes the machine. Optional.
	Log io.Writer
}

// The roles of every server, and a database that each has.
const (
	Superuser       = "postgres"
	User            = "exchange" // owns its databases and may create more; no superuser
	DefaultDatabase = "postgres"
)

func (o Options) log() io.Writer {
	if o.Log == nil {
		return io.Discard
	}
	return o.Log
}

func (o Options) say(format string, args ...any) { fmt.Fprintf(o.log(), format+"\n", args...) }

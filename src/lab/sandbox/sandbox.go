//go:build linux

package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// Machine is a Debian machine in namespaces of its own.
type Machine struct {
	root string // in its own mounts
	pid  int    // of its first process, as this machine counts
}

// Result is what a program left.
type Result struct {
	Code   int
	Output string // standard output and standard error, as they came
}

// setup is the first process. It lays the test's changes over the kept directory, in
// memory, and ends, with all that runs in the machine, when its input ends.
const setup = `set -e
base=$1 root=$2
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs "$root"
mkdir "$root/upper" "$root/work" "$root/root"
mount -t overlay -o "lowerdir=$base,upperdir=$root/upper,workdir=$root/work" overlay "$root/root"
mount -t proc proc "$root/root/proc"
mount -t tmpfs -o mode=755 tmpfs "$root/root/run"
mkdir -p "$root/root/dev/shm"
mount -t tmpfs tmpfs "$root/root/dev/shm"
ip link set lo up
echo ready
while read -r line; do :; done
`

// New starts a machine that has no network but its own loopback. The packages can be
// installed in it with apt-get. It ends with the test. Where there can be none, the
// test is skipped, and says why.
func New(tb testing.TB, packages ...string) *Machine {
	tb.Helper()
	if why := Unsupported(); why != "" {
		tb.Skip(why)
	}
	dir, err := base(tb.Context(), packages)
	if err != nil {
		tb.Fatalf("making a root directory for the sandbox: %v", err)
	}
	m := &Machine{root: tb.TempDir()}
	m.pid = start(tb, syscall.CLONE_NEWNS|syscall.CLONE_NEWPID|syscall.CLONE_NEWNET|syscall.CLONE_NEWIPC|syscall.CLONE_NEWUTS,
		setup, dir, m.root)
	return m
}

// start runs a script in new namespaces, until it says "ready", and ends it with the
// test. bash, unlike other shells, also waits for orphans, as a first process must.
func start(tb testing.TB, namespaces uintptr, script string, args ...string) (pid int) {
	tb.Helper()
	cmd := exec.Command("bash", append([]string{"-c", script, "sandbox"}, args...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: namespaces}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatalf("starting a sandbox: %v", err)
	}
	tb.Cleanup(func() {
		_ = stdin.Close()
		_ = cmd.Wait()
	})
	if _, err := io.ReadFull(stdout, make([]byte, len("ready\n"))); err != nil {
		tb.Fatalf("setting up a sandbox: %v: %s", err, stderr.String())
	}
	return cmd.Process.Pid
}

// Run runs a program in the machine as root, with a fresh environment.
func (m *Machine) Run(tb testing.TB, stdin string, args ...string) Result {
	tb.Helper()
	return m.run(tb, m.pid, stdin, args)
}

// run runs a program with the machine's files, in the network of a process.
func (m *Machine) run(tb testing.TB, network int, stdin string, args []string) Result {
	tb.Helper()
	enter := []string{
		"--target=" + strconv.Itoa(network), "--net", "--",
		"nsenter", "--target=" + strconv.Itoa(m.pid), "--mount", "--pid", "--ipc", "--uts", "--",
		"chroot", m.root + "/root", "env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C",
	}
	cmd := exec.CommandContext(tb.Context(), "nsenter", append(enter, args...)...)
	cmd.Stdin = strings.NewReader(stdin)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		tb.Fatalf("running %s in the sandbox: %v", args[0], err)
	}
	return Result{cmd.ProcessState.ExitCode(), out.String()}
}

// Write writes a file in the machine.
func (m *Machine) Write(tb testing.TB, path, content string, mode os.FileMode) {
	tb.Helper()
	if r := m.Run(tb, content, "sh", "-c", `cat >"$1" && chmod "$2" "$1"`, "sh", path, fmt.Sprintf("%o", mode)); r.Code != 0 {
		tb.Fatalf("writing %s in the sandbox: %s", path, r.Output)
	}
}

// Neighbour is a machine on a link to another. It has that one's files.
type Neighbour struct {
	machine *Machine
	pid     int
}

// Neighbour links a new neighbour to the machine. The prefixes are the two ends'
// addresses with the length of their network; the neighbour reaches all else through
// the machine.
func (m *Machine) Neighbour(tb testing.TB, machine, neighbour netip.Prefix) *Neighbour {
	tb.Helper()
	n := &Neighbour{machine: m, pid: start(tb, syscall.CLONE_NEWNET, "ip link set lo up\necho ready\nwhile read -r line; do :; done\n")}
	name := "n" + strconv.Itoa(n.pid)
	m.ip(tb, m.pid, "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", strconv.Itoa(n.pid))
	m.ip(tb, m.pid, "address", "add", machine.String(), "dev", name)
	m.ip(tb, m.pid, "link", "set", name, "up")
	m.ip(tb, n.pid, "address", "add", neighbour.String(), "dev", "eth0")
	m.ip(tb, n.pid, "link", "set", "eth0", "up")
	m.ip(tb, n.pid, "route", "add", "default", "via", machine.Addr().String())
	return n
}

// ip runs this machine's ip in the network of a process.
func (m *Machine) ip(tb testing.TB, network int, args ...string) {
	tb.Helper()
	all := append([]string{"--target=" + strconv.Itoa(network), "--net", "--", "ip"}, args...)
	if out, err := exec.CommandContext(tb.Context(), "nsenter", all...).CombinedOutput(); err != nil {
		tb.Fatalf("ip %s in the sandbox: %v: %s", strings.Join(args, " "), err, out)
	}
}

// Run runs a program with the machine's files in the neighbour's network.
func (n *Neighbour) Run(tb testing.TB, stdin string, args ...string) Result {
	tb.Helper()
	return n.machine.run(tb, n.pid, stdin, args)
}

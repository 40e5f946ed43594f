package guard_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/lab/guard"
)

const role = "GUARD_TEST_ROLE"

// TestMain lets the test binary play the process that is guarded.
func TestMain(m *testing.M) {
	if os.Getenv(role) == "" {
		os.Exit(m.Run())
	}
	g, err := guard.Start(`printf %s "$told" > "$1"`, os.Args[1])
	if err != nil {
		panic(err)
	}
	for _, word := range []string{"first", "last"} {
		if err := g.Tell(word); err != nil {
			panic(err)
		}
	}
	if os.Getenv(role) == "dismiss" {
		g.Dismiss()
		os.Exit(0)
	}
	fmt.Println("guarded")
	time.Sleep(time.Minute)
}

func play(t *testing.T, part, file string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], file)
	cmd.Env = append(os.Environ(), role+"="+part)
	return cmd
}

func TestScriptRunsAfterAKill(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "cleaned")
	cmd := play(t, "be killed", file)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 16)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Fatal("the script ran while the process lived")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	for range 500 {
		if told, _ := os.ReadFile(file); string(told) == "last" {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the script did not run within 5 s, or was not told the last word")
}

func TestDismissedGuardDoesNothing(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "cleaned")
	if out, err := play(t, "dismiss", file).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	time.Sleep(200 * time.Millisecond)
	if _, err := os.Stat(file); err == nil {
		t.Error("the script ran")
	}
}

// Package runtime wraps runc on machines that withhold CAP_SYS_RESOURCE from us, as
// some virtual machines and containers do: there the kernel refuses privileged
// containers, which ask for every capability and for an OOM score below our own.
// The wrapper takes both out of what runc is told, and changes nothing else.
package runtime

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// withheld is the capability, and capSysResource its bit in the kernel's masks.
const (
	withheld       = "CAP_SYS_RESOURCE"
	capSysResource = 24
)

// Needed reports whether containers need the wrapper here.
func Needed() (bool, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return false, fmt.Errorf("reading our capabilities: %w", err)
	}
	return lacks(string(status))
}

func lacks(status string) (bool, error) {
	for line := range strings.Lines(status) {
		mask, found := strings.CutPrefix(line, "CapBnd:")
		if !found {
			continue
		}
		bits, err := strconv.ParseUint(strings.TrimSpace(mask), 16, 64)
		if err != nil {
			return false, fmt.Errorf("reading our capabilities: %w", err)
		}
		return bits&(1<<capSysResource) == 0, nil
	}
	return false, nil // no Linux, no capabilities
}

// Exec becomes runc, called with args, after making the change to what args name.
// It returns only if that fails.
func Exec(args []string) error {
	if err := adapt(args); err != nil {
		return err
	}
	runc, err := exec.LookPath("runc")
	if err != nil {
		return fmt.Errorf("looking for runc: %w", err)
	}
	return syscall.Exec(runc, append([]string{runc}, args...), os.Environ())
}

// adapt edits the bundle that a container is made of, or the process that is to run
// in it.
func adapt(args []string) error {
	if dir := flag(args, "bundle", "b"); dir != "" {
		return edit(filepath.Join(dir, "config.json"), func(config map[string]any) any { return config["process"] })
	}
	if path := flag(args, "process", "p"); path != "" {
		return edit(path, func(process map[string]any) any { return process })
	}
	return nil
}

// flag returns the value of a flag in either of its spellings.
func flag(args []string, long, short string) string {
	for i, arg := range args {
		for _, name := range []string{"--" + long, "-" + long, "-" + short} {
			if value, found := strings.CutPrefix(arg, name+"="); found {
				return value
			}
			if arg == name && i+1 < len(args) {
				return args[i+1]
			}
		}
	}
	return ""
}

// edit rewrites a JSON file after relaxing the process that find returns.
func edit(path string, find func(map[string]any) any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading what runc is told: %w", err)
	}
	var document map[string]any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // limits are 64-bit integers
	if err := decoder.Decode(&document); err != nil {
		return fmt.Errorf("reading %s: %w", path, err)
	}
	process, ok := find(document).(map[string]any)
	if !ok {
		return nil
	}
	relax(process)
	if text, err = json.Marshal(document); err != nil {
		return fmt.Errorf("encoding %s: %w", path, err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return fmt.Errorf("changing what runc is told: %w", err)
	}
	return nil
}

func relax(process map[string]any) {
	delete(process, "oomScoreAdj")
	sets, _ := process["capabilities"].(map[string]any)
	for name, set := range sets {
		if list, ok := set.([]any); ok {
			sets[name] = slices.DeleteFunc(list, func(c any) bool { return c == withheld })
		}
	}
}

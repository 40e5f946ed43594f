package tool_test

import (
	"io"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/lab/debian"
	"github.com/bitpin/exchange/src/lab/tool"
)

var (
	present = tool.Tool{Package: "dash", Programs: []string{"no-such-program", "sh"}}
	absent  = tool.Tool{Package: "absent", Programs: []string{"no-such-program"}, Purpose: "to be absent"}
)

func TestEnsureIsContentWithOneProgramOfATool(t *testing.T) {
	t.Parallel()
	if err := tool.Ensure(t.Context(), []tool.Tool{present}, debian.System{}, io.Discard); err != nil {
		t.Error(err)
	}
}

func TestEnsureSaysWhatToDoWhereItMayNotInstall(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		system debian.System
		want   string
	}{
		"ordinary user on Debian": {debian.System{Debian: true}, "sudo apt-get install absent"},
		"another system":          {debian.System{Root: true}, "put them into PATH"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := tool.Ensure(t.Context(), []tool.Tool{present, absent}, test.system, io.Discard)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "absent, to be absent") {
				t.Errorf("Ensure: %v, want the tool, its purpose and %q", err, test.want)
			}
		})
	}
}

func TestEnsureDoesNotInstallTheSnapOfUbuntu(t *testing.T) {
	t.Parallel()
	chromium := tool.Tool{Package: "chromium", Programs: []string{"no-such-program"}}
	ubuntu := debian.System{Debian: true, Ubuntu: true, Root: true}
	err := tool.Ensure(t.Context(), []tool.Tool{chromium}, ubuntu, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "snap install chromium") || strings.Contains(err.Error(), "apt-get") {
		t.Errorf("Ensure: %v, want the snap named, and nothing else", err)
	}
	err = tool.Ensure(t.Context(), []tool.Tool{chromium, absent}, ubuntu, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "snap install chromium") || !strings.Contains(err.Error(), "apt-get install absent") {
		t.Errorf("Ensure: %v, want the snap and the package named", err)
	}
}

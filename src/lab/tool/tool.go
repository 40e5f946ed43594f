// Package tool sees to the programs that tests need besides Go and PostgreSQL.
package tool

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"

	"github.com/bitpin/exchange/src/lab/debian"
)

// Tool is a program that tests run.
type Tool struct {
	Package  string   // of Debian
	Programs []string // one of these is enough
	Purpose  string
}

// Tools lists what the tests need.
func Tools() []Tool {
	return []Tool{
		{"chromium", []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}, "to use the page as a person does"},
		{"curl", []string{"curl"}, "to send the first order as printed"},
		{"openssl", []string{"openssl"}, "to sign the first order as printed"},
		{"nodejs", []string{"node"}, "to trade by ccxt"},
		{"npm", []string{"npm"}, "to fetch ccxt"},
		{"openssh-client", []string{"ssh-keygen"}, "to sign commits"},
	}
}

// installed reports whether a program of the tool is in PATH.
func (t Tool) installed() bool {
	for _, name := range t.Programs {
		if _, err := exec.LookPath(name); err == nil {
			return true
		}
	}
	return false
}

// Ensure installs the tools that are missing, or says how to.
func Ensure(ctx context.Context, tools []Tool, system debian.System, out io.Writer) error {
	var missing []string
	var why strings.Builder
	for _, t := range tools {
		if !t.installed() {
			missing = append(missing, t.Package)
			fmt.Fprintf(&why, "\n  %s, %s", t.Package, t.Purpose)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	// Ubuntu's package of Chromium is a snap, which does not work everywhere.
	snap := system.Ubuntu && missing[0] == "chromium"
	switch {
	case system.CanInstall() && !snap:
		fmt.Fprintf(out, "Installing from this system's packages: %s\n", strings.Join(missing, " "))
		return debian.Install(ctx, missing...)
	case snap:
		others := ""
		if len(missing) > 1 {
			others = ", and the others by: sudo apt-get install " + strings.Join(missing[1:], " ")
		}
		return fmt.Errorf("the tests need:%s\nOn Ubuntu, install Chromium by `snap install chromium` or Google's own package%s", why.String(), others)
	case system.Debian:
		return fmt.Errorf("the tests need:%s\nInstall them: sudo apt-get install %s", why.String(), strings.Join(missing, " "))
	default:
		return fmt.Errorf("the tests need:%s\nInstall them and put them into PATH", why.String())
	}
}

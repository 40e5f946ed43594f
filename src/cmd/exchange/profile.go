//go:build profile

package main

import (
	"log/slog"
	"os"
	"os/signal"
	"runtime/pprof"
	"syscall"
)

// A program that is built with -tags profile, as `make bench` does, writes a CPU
// profile into its working directory from SIGUSR1 to SIGUSR2. What is shipped has
// none of this.
func init() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1, syscall.SIGUSR2)
	go func() {
		for s := range signals {
			if s == syscall.SIGUSR2 {
				pprof.StopCPUProfile()
				continue
			}
			f, err := os.Create("cpu.prof")
			if err == nil {
				err = pprof.StartCPUProfile(f)
			}
			if err != nil {
				slog.Error("profiling", "error", err)
			}
		}
	}()
}

package bench

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// clockTicks is how many ticks of a process's times make a second: USER_HZ, the same
// on all of Linux that Go runs on.
const clockTicks = 100

// cpuTimes returns the processor time of this process, of another one, and of all
// children of a third, such as PostgreSQL's.
func cpuTimes(exchange, postgres int) cpu {
	var own syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &own) // never fails for us
	times := cpu{load: time.Duration(own.Utime.Nano() + own.Stime.Nano())}
	paths, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is sound
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		parent, used := parseStat(text)
		switch {
		case pid == exchange:
			times.exchange = used
		case pid == postgres || parent == postgres:
			times.postgres += used
		}
	}
	return times
}

// parseStat reads a line of /proc: the name, in parentheses, may have blanks.
func parseStat(text []byte) (parent int, used time.Duration) {
	words := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(words) < 15 {
		return 0, 0
	}
	parent, _ = strconv.Atoi(string(words[1]))
	user, _ := strconv.ParseInt(string(words[11]), 10, 64)
	system, _ := strconv.ParseInt(string(words[12]), 10, 64)
	return parent, time.Duration(user+system) * time.Second / clockTicks
}

package web

import (
	"strconv"
	"testing"
	"time"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func TestLimiterAllowsABurstAndThenARate(t *testing.T) {
	t.Parallel()
	l := newLimiter(15*time.Second, 3)
	for i := range 3 {
		if wait := l.take("alice", noon); wait != 0 {
			t.Fatalf("use %d of the burst waits %v", i+1, wait)
		}
	}
	if wait := l.take("alice", noon.Add(5*time.Second)); wait != 10*time.Second {
		t.Errorf("after the burst and 5 s: wait is %v, want 10 s", wait)
	}
	if wait := l.take("alice", noon.Add(15*time.Second)); wait != 0 {
		t.Errorf("after 15 s: wait is %v, want one more use", wait)
	}
	if wait := l.take("alice", noon.Add(15*time.Second)); wait != 15*time.Second {
		t.Errorf("after that use: wait is %v, want 15 s", wait)
	}
}

func TestARefusedUseCostsNothing(t *testing.T) {
	t.Parallel()
	l := newLimiter(time.Minute, 1)
	l.take("alice", noon)
	for range 1000 {
		l.take("alice", noon)
	}
	if wait := l.take("alice", noon.Add(time.Minute)); wait != 0 {
		t.Errorf("refused uses prolonged the wait to %v", wait)
	}
}

func TestOtherKeysNeverFreeAnExhaustedOne(t *testing.T) {
	t.Parallel()
	l := newLimiter(time.Hour, 1)
	l.take("alice", noon)
	for i := range 4 * limiterSlots {
		l.take(strconv.Itoa(i), noon)
	}
	if wait := l.take("alice", noon); wait != time.Hour {
		t.Errorf("after a flood of other keys the wait is %v, want an hour", wait)
	}
}

func TestSignInsAreLimitedPerNameAndPerAddress(t *testing.T) {
	t.Parallel()
	count := func(attempt func(i int, l signInLimits) time.Duration) int {
		l := newSignInLimits()
		for i := range 1000 {
			if attempt(i, l) > 0 {
				return i
			}
		}
		return 1000
	}
	oneName := count(func(i int, l signInLimits) time.Duration { return l.take("address "+strconv.Itoa(i), "alice", noon) })
	if oneName != nameBurst {
		t.Errorf("a name can be tried %d times at once from many addresses, want %d", oneName, nameBurst)
	}
	oneAddress := count(func(i int, l signInLimits) time.Duration { return l.take("192.0.2.1", "name "+strconv.Itoa(i), noon) })
	if oneAddress != addressBurst {
		t.Errorf("an address can try %d names at once, want %d", oneAddress, addressBurst)
	}
}

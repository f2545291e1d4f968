package storage

import (
	"fmt"
	"reflect"
	"runtime"
	"runtime/debug"
)

// runClosure runs a closure and turns a panic into an error. Its frame is how
// insideClosure recognises the committer's goroutine.
//
//go:noinline
func runClosure(t *tx, closure func(*tx) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = internal("A closure panicked.", panicError(v))
		}
	}()
	return closure(t)
}

// panicError describes a panic for the log. What a program panics with may
// hold a submitted value, so only the runtime's own texts are repeated.
func panicError(v any) error {
	what := fmt.Sprintf("%T", v)
	if e, ok := v.(runtime.Error); ok {
		what = e.Error()
	}
	return fmt.Errorf("panic: %s\n%s", what, debug.Stack())
}

// insideClosure reports whether the caller runs, at any depth, within a
// closure that runClosure runs.
func insideClosure() bool {
	entry := runtime.FuncForPC(reflect.ValueOf(runClosure).Pointer()).Entry()
	var pcs [64]uintptr
	for skip := 2; ; skip += len(pcs) {
		n := runtime.Callers(skip, pcs[:])
		for _, pc := range pcs[:n] {
			if f := runtime.FuncForPC(pc - 1); f != nil && f.Entry() == entry {
				return true
			}
		}
		if n < len(pcs) {
			return false
		}
	}
}

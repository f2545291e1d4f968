// Package workers runs goroutines and waits for them. If one of them panics, the
// goroutine that waits panics, too. So a panic ends a request and not the process.
package workers

import (
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Group is a set of goroutines to wait for. The zero Group is ready to use. Only
// one goroutine may call Go and Wait.
type Group struct {
	running  sync.WaitGroup
	panicked atomic.Pointer[Panic]
}

// Go runs f in a goroutine of its own.
func (g *Group) Go(f func()) {
	g.running.Go(func() {
		defer g.rescue()
		f()
	})
}

// rescue keeps the first panic.
func (g *Group) rescue() {
	if cause := recover(); cause != nil {
		g.panicked.CompareAndSwap(nil, &Panic{Cause: cause, Stack: debug.Stack()})
	}
}

// Wait waits until all goroutines have ended. If one of them has panicked, Wait
// panics with a *Panic, which has the first panic.
func (g *Group) Wait() {
	g.running.Wait()
	if p := g.panicked.Load(); p != nil {
		panic(p)
	}
}

// Try runs f in the goroutine of the caller and returns its error. If f panics, Try
// returns a *Panic. It is meant for background work that nobody waits for.
func Try(f func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = &Panic{Cause: cause, Stack: debug.Stack()}
		}
	}()
	return f()
}

// Together calls f(0) to f(n-1), n > 0, f(0) in the goroutine of the caller and each other one in a goroutine
// of its own, and waits for them. If one of them panics, Together panics as Wait does.
func Together(n int, f func(i int)) {
	var g Group
	for i := 1; i < n; i++ {
		g.Go(func() { f(i) })
	}
	g.here(func() { f(0) })
	g.Wait()
}

// here runs f in the goroutine of the caller.
func (g *Group) here(f func()) {
	defer g.rescue()
	f()
}

// Panic is the panic of a goroutine.
type Panic struct {
	Cause any    // the value that the goroutine panicked with
	Stack []byte // the stack of the goroutine, as debug.Stack returns it
}

// Error names the cause.
func (p *Panic) Error() string { return fmt.Sprintf("panic in a worker: %v", p.Cause) }

// Unwrap returns the cause if it is an error, else nil.
func (p *Panic) Unwrap() error {
	err, _ := p.Cause.(error)
	return err
}

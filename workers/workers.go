// Package workers runs goroutines on behalf of one that waits for them. A panic
// of one of them becomes the panic of who waits, so that it fails a request
// and not the process.
package workers

import (
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Group is goroutines that somebody waits for. The zero Group is ready. Go and
// Wait are for one goroutine.
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

// Wait waits until all goroutines have ended. When one has panicked it panics
// with a *Panic.
func (g *Group) Wait() {
	g.running.Wait()
	if p := g.panicked.Load(); p != nil {
		panic(p)
	}
}

// Try runs f in the goroutine of the caller and makes its panic an error, a
// *Panic. It is for what goes on by itself and nobody waits for.
func Try(f func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = &Panic{Cause: cause, Stack: debug.Stack()}
		}
	}()
	return f()
}

// Together runs f for 0 to n-1, each in a goroutine of its own, and waits.
func Together(n int, f func(i int)) {
	var g Group
	for i := range n {
		g.Go(func() { f(i) })
	}
	g.Wait()
}

// Panic is what Wait panics with: the panic of a goroutine, and where that was.
type Panic struct {
	Cause any
	Stack []byte
}

// Error says what the cause was.
func (p *Panic) Error() string { return fmt.Sprintf("panic in a worker: %v", p.Cause) }

// Unwrap returns the cause if it is an error, else nil.
func (p *Panic) Unwrap() error {
	err, _ := p.Cause.(error)
	return err
}

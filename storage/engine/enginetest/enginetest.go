// Package enginetest is the one suite that every storage engine passes.
package enginetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/storage/engine"
)

// Place is where an engine keeps its bytes: a folder, or a region of memory. It
// remains when the engine is closed. Open opens an engine on it.
type Place struct {
	Open func() (engine.Engine, error)
}

// parts are the laws of an engine. Each gets a place of its own.
var parts = []struct {
	name string
	test func(*testing.T, Place)
}{
	{"a new place is empty", testEmpty},
	{"what is put is got", testRoundTrip},
	{"any key within the limit is allowed", testAnyKey},
	{"slices are owned by who made them", testOwnership},
	{"deletes come before puts", testDeleteBeforePut},
	{"scans are in order and end at the prefix", testScanBounds},
	{"scans go backwards", testBackwards},
	{"pages leave nothing out and repeat nothing", testPaging},
	{"a page ends at its size", testPageBytes},
	{"random batches agree with a sorted map", testModel},
	{"a view does not move", testIsolation},
	{"a view sees whole batches while others write", testConcurrentViews},
	{"an unexpected head applies nothing", testExpect},
	{"of two batches on one head one wins", testRace},
	{"the head is the batch's ID", testHead},
	{"the largest batch and record fit", testLargest},
	{"what is too large applies nothing", testTooLarge},
	{"a view ends with its context", testCancelled},
	{"a closed engine says so", testClosed},
	{"closing under readers is orderly", testCloseUnderReaders},
	{"what was applied is there after reopening", testReopen},
	{"a place in use is refused", testInUse},
}

// Run tests an engine against all rules of package engine. place makes a new, empty
// place.
func Run(t *testing.T, place func(t *testing.T) Place) {
	for _, part := range parts {
		t.Run(part.name, func(t *testing.T) {
			finished := false
			t.Cleanup(func() {
				if !finished && !t.Failed() {
					t.Error("this part was left out")
				}
			})
			part.test(t, place(t))
			finished = !t.Skipped()
		})
	}
}

// open opens the place and closes the engine at the end of the test.
func (p Place) open(t *testing.T) *driver {
	t.Helper()
	e, err := p.Open()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return &driver{t: t, Engine: e}
}

// driver makes an engine easy to drive from a test.
type driver struct {
	engine.Engine
	t       require.TestingT
	head    engine.BatchID
	batches byte
}

func ctx() context.Context { return context.Background() }

// id returns an ID not used before by this driver.
func (d *driver) id() engine.BatchID {
	d.batches++
	return engine.BatchID{15: d.batches, 14: 1}
}

// apply applies a batch on the head that the last one left.
func (d *driver) apply(b engine.Batch) {
	b.ID, b.Expect = d.id(), d.head
	require.NoError(d.t, d.Apply(ctx(), b))
	d.head = b.ID
}

// put applies pairs given as key, value, key, value.
func (d *driver) put(pairs ...string) {
	d.apply(engine.Batch{Put: pairsOf(pairs...)})
}

func pairsOf(pairs ...string) []engine.Pair {
	var list []engine.Pair
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, engine.Pair{Key: []byte(pairs[i]), Value: []byte(pairs[i+1])})
	}
	return list
}

// view opens a view; the caller closes it.
func (d *driver) view() *reader {
	v, err := d.View(ctx())
	require.NoError(d.t, err)
	return &reader{v, d.t}
}

// reader makes a view easy to read.
type reader struct {
	engine.View
	t require.TestingT
}

func (r *reader) get(key string) []byte {
	value, err := r.Get([]byte(key))
	require.NoError(r.t, err)
	return value
}

func (r *reader) scan(s engine.Range) engine.Page {
	page, err := r.Scan(s)
	require.NoError(r.t, err)
	return page
}

// all returns every pair with the prefix as "key=value".
func (r *reader) all(prefix string) []string { return r.pages(engine.Range{Prefix: []byte(prefix)}) }

// back is all in falling order, in pages of a limit.
func (r *reader) back(prefix string, limit int) []string {
	return r.pages(engine.Range{Prefix: []byte(prefix), Reverse: true, Limit: limit})
}

// pages returns every pair of a range, whatever its limit, as "key=value".
func (r *reader) pages(s engine.Range) []string {
	list := []string{}
	for {
		page := r.scan(s)
		for _, p := range page.Pairs {
			list = append(list, fmt.Sprintf("%s=%s", p.Key, p.Value))
		}
		if page.Next == nil {
			return list
		}
		s.From = page.Next
	}
}

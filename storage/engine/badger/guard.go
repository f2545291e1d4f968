package badger

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// guard keeps Badger from losing what it merges.
//
// When Badger 4.9.6 merges tables and one of the new ones cannot be made (no
// descriptor, no memory for its map, an error of the disk), it forgets the error
// and deletes the tables that the lost one was made of: levels.go, subcompact,
// `defer inflightBuilders.Done(err)` reads err before it is set. So:
//
//   - One merge at a time makes tables, and none is begun before what it takes
//     is there (see spare).
//   - A merge pins the tables of the tree before it makes the first new one: an
//     iterator refers to them, so that Badger does not delete their files. A file
//     names them (see noteMerging).
//   - At its end each table that was built must be in the tree, told by its
//     number of keys. Then the old ones may go.
//   - If one is missing, reads, writes and merges stop for as long as it takes to
//     put back what only the old tables have.
//   - A process that dies in between leaves the old tables. The next Open looks
//     through those that are in the tree no more before Badger deletes them.
//
// As one merge runs at a time, the tables that leave the tree meanwhile are those
// it merged. More must not be looked through: what one merge took from below may
// have been deleted by another, together with the deletion.
//
// Two things can still go wrong. What a merge of level 0 into itself has lost can
// hide behind a table of the same number of keys that was flushed meanwhile. And
// the tables that Badger makes while it closes cannot be pinned, so a merge of
// those that loses a table, although there was all it takes a moment before, has
// nothing to put back. The store's counts (see Engine.Most) are there for both.
type guard struct {
	e       *Engine
	armed   chan struct{} // closed when e can be used
	failed  chan struct{} // closed when e cannot be opened
	waiting atomic.Int32  // calls of building that run

	mu      sync.Mutex // guards all below
	running *merge     // nil for none
	kept    []*pin     // of merges that ended, until the file names their tables no more
	closing *pin       // for merges that begin while Badger closes
	lossy   bool       // one of those has lost something; no other begins
}

// merge is one that makes tables.
type merge struct {
	compactor int
	before    tableSet // of the tree when it began
	built     []uint64 // keys of the tables that were built
	pin       *pin     // guard.closing when Badger gave none any more
}

// tableSet are numbers of tables.
type tableSet = map[uint64]struct{}

func newGuard(e *Engine) *guard {
	return &guard{e: e, armed: make(chan struct{}), failed: make(chan struct{})}
}

// guardLook is how often a merge that waits looks whether it may go on.
const guardLook = 20 * time.Millisecond

// building is called before each new table of a merge is made, after its keys
// were counted. It waits until the merge may go on.
func (g *guard) building(compactor int, keys uint64) {
	select {
	case <-g.armed:
	case <-g.failed:
		return
	}
	g.waiting.Add(1)
	defer g.waiting.Add(-1)
	warned := false
	for {
		err := g.begin(compactor, keys)
		if err == nil {
			break
		}
		if !warned && !errors.Is(err, errTurn) {
			g.e.logger.Warn("the merge of the store's files waits", "error", err)
			warned = true
		}
		time.Sleep(guardLook)
	}
	for !g.e.forMerges.enough() {
		time.Sleep(guardLook)
	}
	g.e.freeBuilders()
}

// quiet reports whether no merge runs.
func (g *guard) quiet() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.running == nil && g.waiting.Load() == 0
}

var (
	errTurn = errors.New("another merge runs")
	// errLossy holds merges, and with them the close, until the process ends: one
	// that saw the tree without a lost value would drop the deletion of it, and
	// the file must name the tables of the merge that lost it.
	errLossy = errors.New("a merge has lost records while the store closes; the next start puts them back")
)

// begin notes a table that is about to be made, and pins the tables of the tree
// before the first of a merge. The error says why the merge must wait.
func (g *guard) begin(compactor int, keys uint64) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.lossy:
		return errLossy
	case g.running == nil:
		if err := g.start(compactor); err != nil {
			return err
		}
	case g.running.compactor != compactor:
		return errTurn
	}
	if err := g.e.mayMerge(); err != nil {
		return err
	}
	if keys > 0 {
		g.running.built = append(g.running.built, keys)
	}
	return nil
}

// start makes a merge the one that runs. g.mu is held.
func (g *guard) start(compactor int) error {
	if err := g.e.mayMerge(); err != nil {
		return err
	}
	m := &merge{compactor: compactor, before: g.tables(), pin: g.pin()}
	if m.pin == nil {
		m.pin = g.closing
	}
	g.running = m
	if err := g.note(); err != nil {
		g.running = nil
		if m.pin != g.closing {
			m.pin.close() // nothing has left the tree
		}
		return err
	}
	return nil
}

// tables lists those of the tree.
func (g *guard) tables() tableSet {
	ids := tableSet{}
	for _, t := range g.e.db.Tables() {
		ids[t.ID] = struct{}{}
	}
	return ids
}

// note writes which tables merges are at work on, and lets go of what was kept
// until then. g.mu is held.
func (g *guard) note() error {
	ids := tableSet{}
	if g.running != nil {
		maps.Copy(ids, g.running.before)
	}
	if g.closing != nil {
		maps.Copy(ids, g.closing.before)
	}
	if err := noteMerging(g.e.dir, ids); err != nil {
		return err
	}
	for _, p := range g.kept {
		p.close()
	}
	g.kept = nil
	return nil
}

// rotating is called, under Badger's lock, before the file of a new memtable is
// made. Apply has looked that there is what it takes.
func (g *guard) rotating() { g.e.forLog.spend() }

// merged is called after a merge has replaced its tables.
func (g *guard) merged(compactor int) {
	g.e.freeBuilders()
	g.mu.Lock()
	defer g.mu.Unlock()
	m := g.running
	if m == nil || m.compactor != compactor {
		return // it has made no table
	}
	switch {
	case g.whole(m):
		g.release(m)
	case g.closing == nil:
		g.running = nil
		g.e.putBack(m.pin)
	default: // the next Open looks
		g.running, g.lossy = nil, true
	}
}

// whole reports whether each table that the merge has built is in the tree.
func (g *guard) whole(m *merge) bool {
	added := map[uint64]int{} // tables by their number of keys
	for _, t := range g.e.db.Tables() {
		if _, old := m.before[t.ID]; !old {
			added[uint64(t.KeyCount)]++
		}
	}
	for _, keys := range m.built {
		if added[keys] == 0 {
			return false
		}
		added[keys]--
	}
	return true
}

// mergeFailed is called after a merge has failed. When only tables could not be
// made, the old ones are still in the tree.
func (g *guard) mergeFailed(compactor int, err error) {
	if !strings.Contains(err.Error(), tablesNotMade) {
		g.listBroken(err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if m := g.running; m != nil && m.compactor == compactor {
		g.release(m)
	}
}

// listBroken is called when Badger's list of tables could not be written. It
// may be cut short now, and another entry behind would make the folder
// unreadable, so the goroutine ends here. At the next start Badger drops what
// was cut short; everything is in the old tables and in the logs.
func (g *guard) listBroken(err error) {
	g.e.die(fmt.Errorf("the list of tables could not be written: %w", err))
	select {}
}

// release ends a merge that has lost nothing. Its tables may be deleted as soon
// as the file names them no more. g.mu is held.
func (g *guard) release(m *merge) {
	g.running = nil
	if g.closing != nil {
		g.forget(m)
	}
	if m.pin != g.closing {
		g.kept = append(g.kept, m.pin)
	}
	if err := g.note(); err != nil {
		g.e.logger.Warn("merged files of the store are kept for now", "error", err)
	}
}

// forget takes from the pin for closing what a merge has merged away. g.mu is
// held.
func (g *guard) forget(m *merge) {
	now := g.tables()
	for id := range m.before {
		if _, there := now[id]; !there {
			delete(g.closing.before, id)
		}
	}
}

// putBackDone ends the pin of a merge whose losses were put back.
func (g *guard) putBackDone(p *pin) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.kept = append(g.kept, p)
	if err := g.note(); err != nil {
		g.e.logger.Warn("merged files of the store are kept for now", "error", err)
	}
}

// close pins what those may merge that Badger waits for when it closes.
func (g *guard) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closing = g.pin(); g.closing == nil {
		return
	}
	if err := g.note(); err != nil {
		g.e.logger.Warn("merges of the store's files are not watched any more", "error", err)
	}
}

// closed lets go of the last pin, after Badger has closed. It refers to the
// memtables, too, whose logs the next start would read again.
func (g *guard) closed() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closing != nil && !g.lossy && g.running == nil {
		g.closing.iterator.Close()
	}
}

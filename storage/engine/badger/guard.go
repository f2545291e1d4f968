package badger

import (
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"
)

// guard keeps Badger from losing what it merges.
//
// When Badger 4.9.6 merges tables and one of the new ones cannot be made (no
// descriptor, no memory for its map, an error of the disk), it forgets the error
// and deletes the tables that the lost one was made of: levels.go, subcompact,
// `defer inflightBuilders.Done(err)` reads err before it is set. So:
//
//   - No table is begun before what it takes is there (see spare).
//   - A merge pins its tables before it makes the first new one: an iterator
//     refers to them, so that Badger does not delete their files. A file names
//     them (see noteMerging).
//   - At its end each table that was built must be in the tree, told by its
//     number of keys. Then the old ones may go.
//   - If one is missing, reads and writes stop for as long as it takes to put
//     back what only the old tables have.
//   - A process that dies in between leaves the old tables. The next Open looks
//     through those that are in the tree no more before Badger deletes them.
//
// What a merge of level 0 into itself has lost can hide behind a table of the
// same number of keys that was flushed meanwhile; the store's counts (see
// Engine.Most) are there for that.
type guard struct {
	e     *Engine
	armed chan struct{} // closed when e can be used
	ended chan struct{} // closed when the engine closes

	mu      sync.Mutex // guards all below
	merges  map[int]*merge
	pins    map[*pin]struct{}
	claimed map[uint64]struct{} // tables that a merge has been told by; empty while none runs
	kept    []*pin              // whose end could not be noted yet
	closing *pin                // held from Close to the end of the process
}

// merge is one that runs.
type merge struct {
	built []uint64 // keys of the tables that were built
	pin   *pin     // guard.closing when it has begun while Badger closes
}

func newGuard(e *Engine) *guard {
	return &guard{
		e: e, armed: make(chan struct{}), ended: make(chan struct{}),
		merges: map[int]*merge{}, pins: map[*pin]struct{}{}, claimed: map[uint64]struct{}{},
	}
}

// resourceLook is how often a merge that waits looks whether it may go on.
const resourceLook = 50 * time.Millisecond

// building is called before each new table of a merge is made, after its keys
// were counted. It waits until there is what it takes.
func (g *guard) building(compactor int, keys uint64) {
	if !g.wait() {
		return
	}
	for !g.built(compactor, keys) {
		if !g.pause() {
			break
		}
	}
	g.e.spare.spend()
}

// built notes a table that is about to be made, and pins the tables of its merge
// before the first. It is false when they could not be noted.
func (g *guard) built(compactor int, keys uint64) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	m := g.merges[compactor]
	if m == nil {
		m = &merge{pin: g.pin()}
		if m.pin == nil {
			m.pin = g.closing
		} else if err := g.note(); err != nil {
			g.e.logger.Warn("the merge of the store's files waits", "error", err)
			g.drop(m.pin)
			return false
		}
		g.merges[compactor] = m
	}
	if keys > 0 {
		m.built = append(m.built, keys)
	}
	return true
}

// note writes which tables are pinned. g.mu is held.
func (g *guard) note() error {
	ids := map[uint64]struct{}{}
	for p := range g.pins {
		maps.Copy(ids, p.before)
	}
	return noteMerging(g.e.dir, ids)
}

// drop lets go of a pin. g.mu is held.
func (g *guard) drop(p *pin) {
	delete(g.pins, p)
	p.close()
}

// pause waits a moment. It is false when the engine closes: Badger waits for its
// merges before it does.
func (g *guard) pause() bool {
	select {
	case <-time.After(resourceLook):
		return true
	case <-g.ended:
		return false
	}
}

// wait waits for the engine to be open and for resources. It is false when the
// engine closes before it is open.
func (g *guard) wait() bool {
	select {
	case <-g.armed:
	case <-g.ended:
		return false
	}
	for warned := false; ; warned = true {
		err := g.e.mayMerge()
		if err == nil {
			return true
		}
		if !warned {
			g.e.logger.Warn("the merge of the store's files waits", "error", err)
		}
		if !g.pause() {
			return true
		}
	}
}

// rotating is called, under Badger's lock, before the file of a new memtable is
// made. Apply has looked before that there is what it takes.
func (g *guard) rotating() { g.e.spare.spend() }

// merged is called after a merge has replaced its tables.
func (g *guard) merged(compactor int) {
	g.mu.Lock()
	m := g.take(compactor)
	if m == nil || m.pin == g.closing { // the next Open looks
		g.mu.Unlock()
		return
	}
	whole := g.whole(m)
	g.mu.Unlock()
	if whole {
		g.release(m.pin)
		return
	}
	g.e.putBack(m.pin)
}

// close ends the waiting of merges, and pins what those may merge that Badger
// waits for when it closes.
func (g *guard) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closing != nil {
		return
	}
	close(g.ended)
	if g.closing = g.pin(); g.closing == nil {
		return
	}
	if err := g.note(); err != nil {
		g.e.logger.Warn("merges of the store's files are not watched any more", "error", err)
	}
}

// take ends the watch over a merge. g.mu is held.
func (g *guard) take(compactor int) *merge {
	m := g.merges[compactor]
	delete(g.merges, compactor)
	return m
}

// whole reports whether each table that the merge has built is in the tree.
// g.mu is held.
func (g *guard) whole(m *merge) bool {
	added := map[uint64][]uint64{} // tables by their number of keys
	for _, t := range g.e.db.Tables() {
		_, claimed := g.claimed[t.ID]
		if _, old := m.pin.before[t.ID]; !old && !claimed {
			added[uint64(t.KeyCount)] = append(added[uint64(t.KeyCount)], t.ID)
		}
	}
	for _, keys := range m.built {
		tables := added[keys]
		if len(tables) == 0 {
			return false
		}
		g.claimed[tables[0]] = struct{}{}
		added[keys] = tables[1:]
	}
	if len(g.merges) == 0 {
		clear(g.claimed)
	}
	return true
}

// mergeFailed is called after a merge has failed. When only tables could not be
// made, the old ones are still in the tree.
func (g *guard) mergeFailed(compactor int, err error) {
	g.mu.Lock()
	m := g.take(compactor)
	g.mu.Unlock()
	if !strings.Contains(err.Error(), tablesNotMade) {
		g.listBroken(err)
	}
	if m != nil && m.pin != g.closing {
		g.release(m.pin)
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

// release lets go of the tables of a merge, after noting that they may be
// deleted. What cannot be noted is kept until the next time.
func (g *guard) release(p *pin) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.kept = append(g.kept, p)
	for _, p := range g.kept {
		delete(g.pins, p)
	}
	if g.closing != nil {
		g.forget()
	}
	if err := g.note(); err != nil {
		for _, p := range g.kept {
			g.pins[p] = struct{}{}
		}
		g.e.logger.Warn("merged files of the store are kept for now", "error", err)
		return
	}
	for _, p := range g.kept {
		p.close()
	}
	g.kept = nil
}

// forget takes from the pin for closing what merges that ended have merged away
// and no other is at work on: the next Open need not look through that. g.mu is
// held.
func (g *guard) forget() {
	held := map[uint64]bool{}
	for _, t := range g.e.db.Tables() {
		held[t.ID] = true
	}
	for p := range g.pins {
		for id := range p.before {
			held[id] = held[id] || p != g.closing
		}
	}
	for _, p := range g.kept {
		for id := range p.before {
			if !held[id] {
				delete(g.closing.before, id)
			}
		}
	}
}

package badger

import (
	"errors"
	"time"

	dgraph "github.com/dgraph-io/badger/v4"
)

// pin keeps the files of all tables that are in the tree.
type pin struct {
	engine   *Engine
	at       time.Time
	before   tableSet // tables that were there when it was made
	snapshot *snapshot
	iterator *dgraph.Iterator
}

// pin pins the tables of the tree; nil when Badger is closing.
func (g *guard) pin() *pin {
	p := &pin{engine: g.e, at: time.Now(), before: g.tables()}
	if err := p.hold(); err != nil {
		return nil
	}
	return p
}

// hold makes the iterator. Its transaction is that of the newest snapshot: a new
// one would wait for the commit at hand, which may wait for this merge.
func (p *pin) hold() (err error) {
	e := p.engine
	e.mu.Lock()
	p.snapshot = e.newest
	p.snapshot.refs++
	p.snapshot.pins++
	e.mu.Unlock()
	defer func() {
		if recover() != nil { // Badger is closing
			p.letGo()
			err = errors.New("no iterator")
		}
	}()
	p.iterator = p.snapshot.txn.NewIterator(dgraph.IteratorOptions{})
	return nil
}

// close lets go of the tables; Badger deletes those that are in the tree no more.
func (p *pin) close() {
	p.iterator.Close()
	p.letGo()
}

func (p *pin) letGo() {
	e := p.engine
	e.mu.Lock()
	defer e.mu.Unlock()
	p.snapshot.pins--
	e.release(p.snapshot)
}

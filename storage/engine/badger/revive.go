package badger

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"time"
	_ "unsafe" // for go:linkname

	dgraph "github.com/dgraph-io/badger/v4"
)

// When Badger cannot make the file of a new memtable, it has put the old one in
// the queue and has none to write to or to read: every call panics from then on
// (db.go, ensureRoomForWrite). Nothing is lost, and all it takes is to try again,
// but Badger does not export that. So the engine reaches into it here, and only
// here. TestBadgerGetsANewMemtable fails when an upgrade of Badger needs another
// way.

//go:linkname newMemTable github.com/dgraph-io/badger/v4.(*DB).newMemTable
func newMemTable(db *dgraph.DB) (memtablePointer, error)

// memtablePointer is a *memTable, which only Badger can name.
type memtablePointer = *struct{}

// memtableOf is what Badger keeps of the memtable that it writes to.
type memtableOf struct {
	db   *dgraph.DB
	now  *memtablePointer // guarded by lock
	next *int             // number of the next one's file; guarded by lock
	lock *sync.RWMutex
}

// memtable finds it; false when it is not where it was.
func memtable(db *dgraph.DB) (m memtableOf, ok bool) {
	fields := reflect.ValueOf(db).Elem()
	now, next, lock := fields.FieldByName("mt"), fields.FieldByName("nextMemFid"), fields.FieldByName("lock")
	if !now.IsValid() || !next.IsValid() || !lock.IsValid() {
		return m, false
	}
	if now.Kind() != reflect.Pointer || next.Type() != reflect.TypeFor[int]() || lock.Type() != reflect.TypeFor[sync.RWMutex]() {
		return m, false
	}
	return memtableOf{
		db: db, now: (*memtablePointer)(now.Addr().UnsafePointer()), next: (*int)(next.Addr().UnsafePointer()),
		lock: (*sync.RWMutex)(lock.Addr().UnsafePointer()),
	}, true
}

func (m memtableOf) lost() bool {
	m.lock.RLock()
	defer m.lock.RUnlock()
	return *m.now == nil
}

// renew makes a memtable, after removing what an attempt before may have left of
// its file.
func (m memtableOf) renew(dir string) error {
	m.lock.Lock()
	defer m.lock.Unlock()
	if err := os.Remove(filepath.Join(dir, fmt.Sprintf("%05d.mem", *m.next))); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	fresh, err := newMemTable(m.db)
	if err == nil {
		*m.now = fresh
	}
	return err
}

// Times of a revival.
const (
	revivePatience = time.Minute
	reviveLook     = 5 * time.Millisecond
)

// revive gives Badger a new memtable when it has none. It waits until there is
// what that takes; views cannot be read for so long. Only Apply calls it.
func (e *Engine) revive() {
	if e.db.IsClosed() {
		return
	}
	m, ok := memtable(e.db)
	if !ok {
		e.die(errors.New("this version of Badger has its memtable elsewhere"))
		return
	}
	if !m.lost() {
		return
	}
	e.mu.Lock()
	e.suspect++
	e.mu.Unlock()
	if err := e.renew(m); err != nil {
		e.die(fmt.Errorf("there is no memtable: %w", err))
		return
	}
	e.mu.Lock()
	e.suspect--
	e.failed = nil
	e.mu.Unlock()
	e.logger.Warn("the store has a memtable again")
}

// renew tries until there is a memtable.
func (e *Engine) renew(m memtableOf) error {
	for began := time.Now(); ; time.Sleep(reviveLook) {
		err := e.mayWrite()
		if err == nil {
			e.forLog.spend()
			err = m.renew(e.dir)
		}
		if err == nil || time.Since(began) > revivePatience {
			return err
		}
	}
}

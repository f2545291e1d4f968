package badger

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	dgraph "github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/badger/v4/y"
	"github.com/dgraph-io/ristretto/v2/z"

	"github.com/ndoto/kundi/storage/engine"
)

// uncheckedFolder keeps the tables that a process has left when it died between
// a merge and the look whether all was merged, until Open has looked.
const uncheckedFolder = "unchecked"

// Bits of the meta byte of a table's entries, which Badger does not export.
const (
	metaDeleted   = 1 << 0
	metaElsewhere = 1 << 1 // the value is in the value log
)

// badgerKeys begins the keys that Badger keeps for itself.
var badgerKeys = []byte("!badger!")

// repairPatience is how long a repair may take. It may come to wait for merges
// that wait for it; the next start does it with more room.
const repairPatience = 20 * time.Second

// putBack stops reading, writing and merging, looks for what only the pinned
// tables have, writes it anew, and lets go of the pin. It goes on in a goroutine
// that Close waits for.
func (e *Engine) putBack(p *pin) {
	e.mu.Lock()
	e.suspect++
	e.repairs++
	e.mu.Unlock()
	go func() {
		whole := e.putBackSoon(p)
		if whole {
			e.guard.putBackDone(p)
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		e.repairs--
		if whole {
			e.suspect--
		}
	}()
}

// putBackSoon is putBackNow as soon as there is what it takes. It is false when
// the engine closes before, or dies: the next start does it then.
func (e *Engine) putBackSoon(p *pin) bool {
	failed := func(err error) {
		e.die(fmt.Errorf("a merge of tables has lost records, and they could not be put back (%w); the next start tries again; "+
			"if it fails too, restore a backup taken before %s", err, p.at.UTC().Format(time.RFC3339)))
	}
	for {
		late := time.AfterFunc(repairPatience, func() { failed(errors.New("it took too long")) })
		err := e.putBackNow(p)
		late.Stop()
		switch {
		case err == nil:
			return true
		case !engine.Passing(err):
			failed(err)
			return false
		case e.isClosed():
			return false
		}
		time.Sleep(guardLook)
	}
}

// repairing reports whether something is being put back.
func (e *Engine) repairing() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.repairs > 0
}

func (e *Engine) putBackNow(p *pin) error {
	e.writing.Lock()
	defer e.writing.Unlock()
	now := e.guard.tables()
	var names []string
	for id := range p.before {
		if _, there := now[id]; !there {
			names = append(names, table.NewFilename(id, e.dir))
		}
	}
	n, err := e.writeLost(names)
	if err != nil {
		return err
	}
	if n > 0 {
		e.logger.Error("a merge of the store's files has lost records; they were put back", "records", n)
	}
	return e.advance()
}

// setAside moves tables that merges may have lost records of out of Badger's sight, which would
// delete them.
func setAside(dir string, names []string) error {
	if len(names) == 0 {
		return nil
	}
	var folder string
	for n := 1; ; n++ { // numbers of tables may repeat after a start
		folder = filepath.Join(dir, uncheckedFolder, strconv.Itoa(n))
		if _, err := os.Stat(folder); errors.Is(err, os.ErrNotExist) {
			break
		}
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	for _, name := range names {
		if err := os.Rename(name, filepath.Join(folder, filepath.Base(name))); err != nil {
			return err
		}
	}
	return errors.Join(syncFolder(folder), syncFolder(filepath.Dir(folder)), syncFolder(dir))
}

// uncheckedTables lists the tables that are set aside.
func uncheckedTables(dir string) ([]string, error) {
	folders, err := files(filepath.Join(dir, uncheckedFolder), "*")
	if err != nil {
		return nil, err
	}
	var tables []string
	for _, folder := range folders {
		names, err := files(folder, "*.sst")
		if err != nil {
			return nil, err
		}
		tables = append(tables, names...)
	}
	return tables, nil
}

// check writes what only the tables set aside have, and removes them. Merges wait
// for it, as for every repair: one that saw the tree without a lost value would
// drop the deletion of it.
func (e *Engine) check(names []string) error {
	n, err := e.writeLost(names)
	if err != nil {
		return err
	}
	if n > 0 {
		e.logger.Warn("records that the last process had lost in merging files were put back", "records", n)
	}
	return os.RemoveAll(filepath.Join(e.dir, uncheckedFolder))
}

// writeLost writes the records whose newest version is in the tables but
// neither that version nor a later one in the tree, deletions included. It
// returns how many. Nobody else writes meanwhile.
func (e *Engine) writeLost(names []string) (lost int, err error) {
	if len(names) == 0 {
		return 0, nil
	}
	old, err := openTables(names)
	if err != nil {
		return 0, err
	}
	defer old.close()
	txn := e.db.NewTransaction(false)
	defer txn.Discard()
	tree := txn.NewIterator(dgraph.IteratorOptions{AllVersions: true, InternalAccess: true})
	defer tree.Close()
	w := e.db.NewTransaction(true)
	defer func() { w.Discard() }()
	for it := old.iterator(); it.Valid(); it.Next() {
		key, version, value := y.ParseKey(it.Key()), y.ParseTs(it.Key()), it.Value()
		if !old.newest(key) || bytes.HasPrefix(key, badgerKeys) {
			continue
		}
		deleted := value.Meta&metaDeleted != 0
		there, alive := find(tree, key)
		if there >= version || deleted && !alive {
			continue
		}
		if value.Meta&metaElsewhere != 0 {
			return lost, fmt.Errorf("%w: a record outside of its table", engine.ErrCorrupt)
		}
		write := func() error { return w.Delete(bytes.Clone(key)) }
		if !deleted {
			entry := dgraph.NewEntry(bytes.Clone(key), bytes.Clone(value.Value)).WithMeta(value.UserMeta)
			write = func() error { return w.SetEntry(entry) }
		}
		err := write()
		if errors.Is(err, dgraph.ErrTxnTooBig) {
			if err := w.Commit(); err != nil {
				return lost, err
			}
			w = e.db.NewTransaction(true)
			err = write()
		}
		if err != nil {
			return lost, err
		}
		lost++
	}
	return lost, w.Commit()
}

// find returns the newest version of a key in the tree, 0 for none, and whether
// it has a value. Keys must come in rising order.
func find(tree *dgraph.Iterator, key []byte) (version uint64, alive bool) {
	const near = 16 // keys that are passed one by one before a new search
	for range near {
		if !tree.Valid() || bytes.Compare(tree.Item().Key(), key) >= 0 {
			break
		}
		tree.Next()
	}
	if !tree.Valid() || bytes.Compare(tree.Item().Key(), key) < 0 {
		tree.Seek(key)
	}
	if !tree.Valid() || !bytes.Equal(tree.Item().Key(), key) {
		return 0, false
	}
	return tree.Item().Version(), !tree.Item().IsDeletedOrExpired()
}

// oldTables are tables that are read past Badger.
type oldTables struct {
	files  []*z.MmapFile
	tables []*table.Table
	merged y.Iterator
	last   []byte // key
}

func openTables(names []string) (*oldTables, error) {
	o := &oldTables{}
	for _, name := range names {
		err := o.open(name)
		if err == nil {
			continue
		}
		o.close()
		if engine.Passing(err) {
			return nil, err
		}
		return nil, damaged(name, err)
	}
	return o, nil
}

func (o *oldTables) open(name string) error {
	file, err := z.OpenMmapFile(name, os.O_RDONLY, 0)
	switch {
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return engine.ErrDescriptors
	case errors.Is(err, syscall.ENOMEM):
		return engine.ErrMemory
	case err != nil:
		return errors.New("unreadable")
	}
	o.files = append(o.files, file)
	t, err := tableOf(file, table.Options{BlockSize: blockBytes, Compression: compression})
	if err != nil {
		return err
	}
	o.tables = append(o.tables, t)
	return nil
}

// iterator goes through the versions of all keys in rising order, the newest of
// each first.
func (o *oldTables) iterator() y.Iterator {
	var iterators []y.Iterator
	for _, t := range o.tables {
		iterators = append(iterators, t.NewIterator(table.NOCACHE))
	}
	o.merged = table.NewMergeIterator(iterators, false)
	o.merged.Rewind()
	return o.merged
}

// newest reports whether a key is not the one of the call before.
func (o *oldTables) newest(key []byte) bool {
	if bytes.Equal(o.last, key) {
		return false
	}
	o.last = append(o.last[:0], key...)
	return true
}

// close must not let go of the tables by reference count, which would delete
// their files.
func (o *oldTables) close() {
	if o.merged != nil {
		_ = o.merged.Close()
	}
	for _, file := range o.files {
		_ = file.Close(-1)
	}
}

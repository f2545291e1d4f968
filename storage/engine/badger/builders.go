package badger

import (
	"reflect"

	dgraph "github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/ristretto/v2/z"
)

// Badger keeps the memory of up to eight builders of tables for the next ones,
// each as large as the largest table it ever made: after some memtables, 64 MiB.
// It gives up one in two seconds, and none while tables are made. So they are
// given up here after every merge, and before every table of one.

// builders finds what Badger keeps; false when it is not where it was.
func builders(db *dgraph.DB) (*z.AllocatorPool, bool) {
	field := reflect.ValueOf(db).Elem().FieldByName("allocPool")
	if !field.IsValid() || field.Type() != reflect.TypeFor[*z.AllocatorPool]() {
		return nil, false
	}
	return *(**z.AllocatorPool)(field.Addr().UnsafePointer()), true
}

// freeBuilders gives up the memory of builders that make no table now.
func (e *Engine) freeBuilders() {
	pool, ok := builders(e.db)
	if !ok {
		return
	}
	for range 8 { // the most that it keeps; an empty one makes one of 512 bytes
		pool.Get(0, "").Release()
	}
}

package badger

import "strings"

// Badger tells of what its goroutines do only by lines of its log, which it
// writes in the midst of the work, in the goroutine that does it. These are the
// lines that the guard lives by. TestBadgerStillTellsOfItsWork fails when an
// upgrade changes one.
const (
	lineBuilt       = "[%d] LOG Compact. Added %d keys. Skipped %d keys. Iteration took: %v"
	lineMerged      = "[Compactor: %d] Compaction for level: %d DONE"
	lineMergeFailed = "[Compactor: %d] LOG Compact FAILED with error: %+v: %+v"
	lineRotating    = "Flushing memtable, mt.size=%d size of flushChan: %d\n"
	lineFlushFailed = "error flushing memtable to disk: %v, retrying"
)

// What Badger says of failures that leave its list of tables as it was.
const (
	tableNotMade  = "error while creating table"
	tablesNotMade = "while running compactions for"
)

// event tells the guard of a line.
func (g *guard) event(format string, args []any) {
	switch format {
	case lineBuilt:
		if id, keys, ok := twoNumbers(args); ok {
			g.building(id, keys)
		}
	case lineMerged:
		if id, _, ok := twoNumbers(args); ok {
			g.merged(id)
		}
	case lineMergeFailed:
		if id, err, ok := numberAndError(args); ok {
			g.mergeFailed(id, err)
		}
	case lineRotating:
		g.rotating()
	case lineFlushFailed:
		if len(args) > 0 {
			if err, ok := args[0].(error); ok && !strings.Contains(err.Error(), tableNotMade) {
				g.listBroken(err)
			}
		}
	}
}

func twoNumbers(args []any) (compactor int, n uint64, ok bool) {
	if len(args) < 2 {
		return 0, 0, false
	}
	compactor, ok = args[0].(int)
	switch v := args[1].(type) {
	case uint64:
		return compactor, v, ok
	case int:
		return compactor, uint64(v), ok
	}
	return 0, 0, false
}

func numberAndError(args []any) (compactor int, err error, ok bool) {
	if len(args) < 2 {
		return 0, nil, false
	}
	compactor, ok = args[0].(int)
	err, isError := args[1].(error)
	return compactor, err, ok && isError
}

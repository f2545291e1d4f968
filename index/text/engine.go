package text

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	bleve "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"github.com/ndoto/kundi/index/durable"
)

// Names of the folders below the index's own.
const (
	liveFolder  = "scorch"
	buildFolder = "scorch.building"
)

// Keys that are written in the batch they speak of.
var (
	appliedKey = []byte("kundi.applied") // uint64: newest change that is in
	aheadKey   = []byte("kundi.ahead")   // uint64: newest change that may be in before those between; not in all indexes
	versionKey = []byte("kundi.mapping")
)

// engine is one open scorch index.
type engine struct {
	scorch  *scorch.Scorch
	version string // see Documents
	queue   *bleve.AnalysisQueue
	durable atomic.Uint64 // newest change that is known to be on disk

	// What health saw last.
	failures  uint64    // of Bleve's goroutines
	persisted uint64    // epoch that is on disk
	moved     time.Time // when that had last grown, or there was nothing to write
}

// What a Close waits for.
const (
	readAgain   = 500                   // changes that the next start reads from the log in no time
	durableLook = 20 * time.Millisecond // how often it looks
)

// stuckAfter is how long nothing may come to disk while something should.
const stuckAfter = time.Minute

// errStale says that an index cannot be followed any further and why.
type errStale struct{ reason string }

func (e errStale) Error() string { return e.reason }

// damaged is an index that cannot be read; Bleve's own words name files.
var damaged = errStale{"damaged"}

// building is the gather of an engine that is built: each batch is durable
// before the next, as they are large.
const building = 0

// openEngine opens the index in a folder, which is made when missing. One that
// gathers makes batches searchable at once and durable together, so much later:
// they are small, and joined in memory they make fewer files. The newest change
// of each is in it, so what a crash loses is read from the log again.
//
// It merges files once begin is closed; nil is at once.
func openEngine(folder, version string, gather time.Duration, begin <-chan struct{}) (*engine, error) {
	queue := bleve.NewAnalysisQueue(runtime.GOMAXPROCS(0))
	config := map[string]any{
		"path":              folder,
		"bolt_timeout":      "5s",
		"eventCallbackName": mergesWait,
		// Six files a tier in place of ten: a search reads every file's
		// dictionary, while a merge is paid once. With four, merges took half as
		// much again, and the files were no fewer.
		"scorchMergePlanOptions": map[string]any{
			"MaxSegmentsPerTier": 6, "SegmentsPerMergeTask": 6, "FloorSegmentSize": 5_000, "MaxSegmentSize": 5_000_000,
			"MaxSegmentFileSize": 4 << 30, "TierGrowth": 10.0, "ReclaimDeletesWeight": 2.0,
		},
	}
	if gather != building {
		config["unsafe_batch"] = true
		config["scorchPersisterOptions"] = map[string]any{
			"PersisterNapTimeMSec": gather.Milliseconds(), "PersisterNapUnderNumFiles": 1_000,
		}
	}
	opened, err := scorch.NewScorch(scorch.Name, config, queue)
	if err != nil {
		queue.Close()
		return nil, err
	}
	e := &engine{scorch: opened.(*scorch.Scorch), version: version, queue: queue, moved: time.Now()}
	holdMerges(e.scorch, begin)
	if err := open(e.scorch); err != nil {
		freeMerges(e.scorch)
		queue.Close()
		return nil, err
	}
	return e, nil
}

// open turns a panic of Bleve on damaged files into an error.
func open(s *scorch.Scorch) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("opening the text index: %v", r)
		}
	}()
	return s.Open()
}

func (e *engine) close() error {
	err := e.scorch.Close()
	freeMerges(e.scorch)
	e.queue.Close()
	return err
}

// applied returns the newest change that the index holds, errStale when it
// does not say or is of another version.
func (e *engine) applied() (uint64, error) {
	r, err := e.scorch.Reader()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	version, err := r.GetInternal(versionKey)
	if err != nil {
		return 0, err
	}
	if string(version) != e.version {
		return 0, errStale{"another version"}
	}
	seq, err := r.GetInternal(appliedKey)
	if err != nil {
		return 0, err
	}
	if len(seq) != 8 {
		return 0, damaged
	}
	return binary.BigEndian.Uint64(seq), nil
}

// newest returns the newest change that the index may have something of.
func (e *engine) newest(applied uint64) uint64 {
	r, err := e.scorch.Reader()
	if err != nil {
		return applied
	}
	defer r.Close()
	return max(applied, storedSeq(r, aheadKey))
}

// storedSeq returns a change that is stored under a key, 0 for none.
func storedSeq(r bleve.IndexReader, key []byte) uint64 {
	if seq, err := r.GetInternal(key); err == nil && len(seq) == 8 {
		return binary.BigEndian.Uint64(seq)
	}
	return 0
}

// write adds a batch together with the newest change that it brings the index
// to.
func (e *engine) write(b *bleve.Batch, applied uint64) error {
	b.SetInternal(versionKey, []byte(e.version))
	b.SetInternal(appliedKey, binary.BigEndian.AppendUint64(nil, applied))
	b.SetPersistedCallback(func(err error) {
		if err == nil {
			e.durable.Store(applied)
		}
	})
	return e.batch(b)
}

// batch adds a batch; whether it is durable then depends on the mode. A panic
// of Bleve, over files that broke under it, is an error: the follower opens
// them anew.
func (e *engine) batch(b *bleve.Batch) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("writing the text index: %v", r)
		}
	}()
	return e.scorch.Batch(b)
}

// Errors of Bleve's goroutines, whose own words name files.
var (
	errFiles = errors.New("the files of the text index could not be written or merged")
	errStuck = errors.New("the text index brings nothing to disk")
)

// health says whether the goroutines that write and merge files have failed
// since it was asked last, or write nothing any more: one that has panicked is
// gone. It is for one goroutine.
func (e *engine) health() error {
	stats := e.stats()
	failures, persisted := atomic.LoadUint64(&stats.TotOnErrors), atomic.LoadUint64(&stats.LastPersistedEpoch)
	if persisted != e.persisted || e.isDurable() {
		e.persisted, e.moved = persisted, time.Now()
	}
	switch {
	case failures != e.failures:
		e.failures = failures
		return errFiles
	case time.Since(e.moved) > stuckAfter:
		return errStuck
	}
	return nil
}

// waitUntilDurable waits until hardly any of the changes up to one would have to be read
// from the log again, or ctx ends, or files cannot be written.
func (e *engine) waitUntilDurable(ctx context.Context, applied uint64) {
	failures := atomic.LoadUint64(&e.stats().TotOnErrors)
	for applied > e.durable.Load()+readAgain && !e.isDurable() && atomic.LoadUint64(&e.stats().TotOnErrors) == failures && ctx.Err() == nil {
		pause(ctx, durableLook, nil)
	}
}

// isDurable reports whether everything is on disk.
func (e *engine) isDurable() bool {
	stats := e.stats()
	return atomic.LoadUint64(&stats.LastPersistedEpoch) >= atomic.LoadUint64(&stats.CurRootEpoch)
}

func (e *engine) stats() *scorch.Stats { return e.scorch.Stats().(*scorch.Stats) }

// checksums reads the files of the index and compares the sums at their ends.
// Bleve writes the sums but does not look at them: it would answer from
// damaged bytes, or panic over them in a goroutine of its own.
func (e *engine) checksums() error {
	snapshot, segments, err := e.segments()
	if err != nil {
		return err
	}
	defer snapshot.Close()
	for _, s := range segments {
		if path := fileOf(s); path != "" {
			if err := checksum(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// segments returns all segments, which are good until the snapshot is closed.
func (e *engine) segments() (snapshot *scorch.IndexSnapshot, list []segment.Segment, err error) {
	opened, err := e.scorch.Reader()
	if err != nil {
		return nil, nil, err
	}
	snapshot = opened.(*scorch.IndexSnapshot)
	for _, s := range snapshot.Segments() {
		list = append(list, s.Segment())
	}
	return snapshot, list, nil
}

// fileOf is the file of a segment, "" for one in memory.
func fileOf(s segment.Segment) string {
	if file, ok := s.(segment.PersistedSegment); ok {
		return file.Path()
	}
	return ""
}

// checksum compares a file with the CRC-32 in its last four bytes.
func checksum(name string) error {
	stored, err := storedSum(name)
	if err != nil {
		return err
	}
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	sum := crc32.NewIEEE()
	if _, err := io.CopyN(sum, file, info.Size()-crc32.Size); err != nil {
		return err
	}
	if sum.Sum32() != stored {
		return damaged
	}
	return nil
}

// storedSum returns the last four bytes of a file.
func storedSum(name string) (uint32, error) {
	file, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	var stored [crc32.Size]byte
	if _, err := file.Seek(-crc32.Size, io.SeekEnd); err != nil {
		return 0, damaged // it is shorter
	}
	if _, err := io.ReadFull(file, stored[:]); err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint32(stored[:]), nil
}

// openLive opens the index that is there and says how far it is. Whatever
// keeps it from being read is errStale.
func openLive(dir, version string, gather time.Duration, begin <-chan struct{}) (*engine, uint64, error) {
	folder := filepath.Join(dir, liveFolder)
	if _, err := os.Stat(folder); errors.Is(err, os.ErrNotExist) {
		return nil, 0, errStale{"missing"}
	}
	e, err := openEngine(folder, version, gather, begin)
	if err != nil {
		return nil, 0, damaged
	}
	seq, err := e.applied()
	if err == nil {
		err = e.checksums()
	}
	if stale := (errStale{}); err != nil && !errors.As(err, &stale) {
		err = damaged
	}
	if err != nil {
		return nil, 0, errors.Join(err, e.close())
	}
	return e, seq, nil
}

// discardLive puts an index that is ahead of the store out of the way: the store was restored from an older copy. It
// will have as many changes again, but others, and then nothing would tell that the index is not of them. The next
// build removes it.
func discardLive(dir string) error {
	beside := filepath.Join(dir, buildFolder)
	if err := os.RemoveAll(beside); err != nil {
		return err
	}
	return durable.Rename(filepath.Join(dir, liveFolder), beside)
}

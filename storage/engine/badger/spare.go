package badger

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/ndoto/kundi/storage/engine"
)

// What is kept ready for Badger, so that it never asks the system in vain. When a file
// cannot be made, Badger loses its memtable. When a table cannot be made, it loses what a
// merge had (see guard).
const (
	spendFiles    = 4                 // descriptors given up at once: for a new file, its folder, and the list of tables written anew
	mergeFiles    = 32                // that are kept for tables, several of which are made at once
	spareAddress  = 2 * memtableBytes // bytes of address space: the map of a memtable has twice its size
	spareMaps     = 512               // memory maps that the system would still give
	mapsLookEvery = 10 * time.Second
	mergePatience = time.Second // time for what was given up to be taken by Badger
)

// spare is a reserve of descriptors and address space that is really taken, and
// given up just before Badger needs it.
type spare struct {
	dir      string
	most     int           // descriptors
	patience time.Duration // that passes before it is filled again, unless nothing is left

	mu     sync.Mutex // guards all below
	files  []*os.File // in order of their numbers
	hole   []byte     // reserved and never touched
	spent  time.Time
	looked time.Time // when maps were counted
	few    bool      // maps were few
}

// fill takes what is missing of the reserve. The error wraps
// engine.ErrDescriptors or engine.ErrMemory while that cannot be had.
func (s *spare) fill() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.withinLimit(); err != nil {
		return err
	}
	if s.full() && !s.few && time.Since(s.looked) < mapsLookEvery {
		return nil
	}
	// What was given up a moment ago may not be taken back before it is used,
	// unless nothing else is left.
	if time.Since(s.spent) < s.patience && len(s.files) >= spendFiles {
		return nil
	}
	if err := s.fillFiles(); err != nil {
		return err
	}
	if s.hole == nil {
		hole, err := reserveAddresses(spareAddress)
		if err != nil {
			return fmt.Errorf("%w: %d MiB of address space cannot be had", engine.ErrMemory, spareAddress>>20)
		}
		s.hole = hole
	}
	return s.lookAtMaps()
}

// withinLimit reports whether what spend gives up could be taken by Badger:
// somebody may have lowered the limit below the numbers of the files.
func (s *spare) withinLimit() error {
	most := DescriptorLimit()
	if len(s.files) >= spendFiles && uint64(s.files[spendFiles-1].Fd()) >= most {
		return fmt.Errorf("%w: the limit has been lowered to %d", engine.ErrDescriptors, most)
	}
	return nil
}

func (s *spare) full() bool { return len(s.files) == s.most && s.hole != nil }

func (s *spare) fillFiles() error {
	for len(s.files) < s.most {
		f, err := os.Open(s.dir)
		switch {
		case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
			return fmt.Errorf("%w: the store needs %d more", engine.ErrDescriptors, s.most-len(s.files))
		case err != nil:
			return nil // that is not for want of descriptors
		}
		at, _ := slices.BinarySearchFunc(s.files, f, func(a, b *os.File) int { return cmp.Compare(a.Fd(), b.Fd()) })
		s.files = slices.Insert(s.files, at, f)
	}
	return nil
}

// lookAtMaps counts the memory maps of the process now and then.
func (s *spare) lookAtMaps() error {
	if s.few || time.Since(s.looked) >= mapsLookEvery {
		left, err := mapsLeft()
		s.looked, s.few = time.Now(), err == nil && left < spareMaps
	}
	if s.few {
		return fmt.Errorf("%w: less than %d memory maps are left (vm.max_map_count)", engine.ErrMemory, spareMaps)
	}
	return nil
}

// spend gives up a part of the reserve.
func (s *spare) spend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := min(spendFiles, len(s.files))
	for _, f := range s.files[:n] {
		_ = f.Close()
	}
	s.files = slices.Delete(s.files, 0, n)
	s.freeHole()
	s.spent = time.Now()
}

// enough gives up a part of the reserve, and reports whether a file can be made
// and mapped now.
func (s *spare) enough() bool {
	s.spend()
	f, err := os.Open(s.dir)
	if err != nil {
		return false
	}
	hole, err := reserveAddresses(spareAddress)
	if err == nil {
		freeAddresses(hole)
	}
	return f.Close() == nil && err == nil
}

func (s *spare) freeHole() {
	if s.hole != nil {
		freeAddresses(s.hole)
		s.hole = nil
	}
}

// close gives up all of it.
func (s *spare) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.files {
		_ = f.Close()
	}
	s.files = nil
	s.freeHole()
}

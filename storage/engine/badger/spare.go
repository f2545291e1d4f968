package badger

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/ndoto/kundi/storage/engine"
)

// What is kept ready for Badger, so that it never asks the system in vain: it
// loses its memtable over a file that cannot be made, and a merge over a table
// (see guard).
const (
	spareFiles    = 32                // descriptors
	spendFiles    = 4                 // a new file, its folder, and the list of tables written anew
	spareAddress  = 4 * memtableBytes // bytes of address space: the map of a memtable has twice its size
	spareMaps     = 512               // memory maps that the system would still give
	mapsLookEvery = 10 * time.Second
	refillAfter   = time.Second // time for what was given up to be taken
)

// spare is a reserve of descriptors and address space that is really taken, and
// given up just before Badger needs it.
type spare struct {
	dir string

	mu     sync.Mutex // guards all below
	files  []*os.File
	hole   []byte // reserved and never touched
	spent  time.Time
	looked time.Time // when maps were counted
	few    bool      // maps were few
}

// fill takes what is missing of the reserve. The error wraps
// engine.ErrDescriptors or engine.ErrMemory while that cannot be had.
func (s *spare) fill() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.full() && !s.few && time.Since(s.looked) < mapsLookEvery {
		return nil
	}
	// What was given up a moment ago may not be taken back before it is used,
	// unless nothing else is left.
	if time.Since(s.spent) < refillAfter && len(s.files) >= spendFiles {
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

func (s *spare) full() bool { return len(s.files) == spareFiles && s.hole != nil }

func (s *spare) fillFiles() error {
	for len(s.files) < spareFiles {
		f, err := os.Open(s.dir)
		switch {
		case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
			return fmt.Errorf("%w: the store needs %d more", engine.ErrDescriptors, spareFiles-len(s.files))
		case err != nil:
			return nil // that is not for want of descriptors
		}
		s.files = append(s.files, f)
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
	n := max(0, len(s.files)-spendFiles)
	for _, f := range s.files[n:] {
		_ = f.Close()
	}
	s.files = s.files[:n]
	s.freeHole()
	s.spent = time.Now()
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

//go:build !(linux || darwin || freebsd)

package badger

import "math"

// Lock leaves the locking to Badger.
func Lock(string) (unlock func(), err error) { return func() {}, nil }

// freeSpace is not known here.
func freeSpace(string) (uint64, error) { return math.MaxUint64, nil }

// reserveAddresses does nothing here.
func reserveAddresses(bytes int) ([]byte, error) { return make([]byte, 0, 1), nil }

func freeAddresses([]byte) {}

// mapsLeft is not known here.
func mapsLeft() (int, error) { return math.MaxInt, nil }

// DescriptorLimit is not known here.
func DescriptorLimit() uint64 { return math.MaxUint64 }

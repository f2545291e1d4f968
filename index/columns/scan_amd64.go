package columns

import "golang.org/x/sys/cpu"

// hasVectors reports whether the processor compares 32 bytes at a time (AVX2). A test turns it off.
var hasVectors = cpu.X86.HasAVX2

// scanBytesByVectors is scanBytes for n words, at least one.
//
//go:noescape
func scanBytesByVectors(codes *uint8, words *uint64, n int, from, length uint8)

// scanShortsByVectors is scanShorts for n words, at least one.
//
//go:noescape
func scanShortsByVectors(codes *uint16, words *uint64, n int, from, length uint16)

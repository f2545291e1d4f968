package columns

import "unsafe"

// prefetchRows is prefetch for n rows, at least one, of a block with so many bytes a row: 1, 2, 4 or 8.
//
//go:noescape
func prefetchRows(block unsafe.Pointer, rows *uint32, n, bytes int)

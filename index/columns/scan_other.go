//go:build !amd64

package columns

// hasVectors says that there are no scans by vectors for this processor.
var hasVectors = false

func scanBytesByVectors(*uint8, *uint64, int, uint8, uint8) { panic("columns: no vectors") }

func scanShortsByVectors(*uint16, *uint64, int, uint16, uint16) { panic("columns: no vectors") }

package storage

import (
	"context"
	"fmt"
	"io"

	"github.com/ndoto/kundi/storage/engine"
)

// knownVersions are the newest versions of records that this program writes, by number of
// the kind.
func knownVersions() (versions [maxKinds]byte) {
	for _, k := range shapes {
		versions[k.number] = k.version
	}
	return versions
}

// encodeVersions returns the record of the versions that the records of a folder may have,
// by number of the kind.
func encodeVersions(versions [maxKinds]byte) []byte {
	e := newRecord(codecNewest, 2+2*len(shapes))
	byKind(&e, &versions)
	return e.b
}

// decodeVersions reads them. Some that this program does not know are an error that wraps
// engine.ErrNewer.
func decodeVersions(record []byte) (versions [maxKinds]byte, err error) {
	d, err := openRecord(record, codecNewest)
	if err != nil {
		return versions, err
	}
	var found [maxKinds]uint64
	if err := d.byKind(&found); err != nil {
		return versions, err
	}
	for _, k := range shapes {
		if found[k.number] > uint64(k.version) {
			return versions, newerFolder(fmt.Sprintf("version %d of a %s, this program knows up to %d", found[k.number], k.name, k.version))
		}
		versions[k.number] = byte(found[k.number])
	}
	return versions, d.finish()
}

// raiseVersions checks that this program knows the records of a folder of its format, and
// notes in the folder the versions that it may write: an older program refuses it from
// then on. The records stay as they are.
func raiseVersions(ctx context.Context, e engine.Engine, view engine.View, random io.Reader) error {
	record, err := view.Get(keyVersions)
	if err != nil {
		return err
	}
	if record == nil {
		return fmt.Errorf("%w: the versions of the records are missing", engine.ErrCorrupt)
	}
	found, err := decodeVersions(record)
	if err != nil || found == knownVersions() {
		return err
	}
	head, err := view.Head()
	if err != nil {
		return err
	}
	return applyNext(ctx, e, head, random, []engine.Pair{{Key: keyVersions, Value: encodeVersions(knownVersions())}})
}

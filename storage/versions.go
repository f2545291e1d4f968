package storage

import (
	"context"
	"fmt"
	"io"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// versions are the newest versions of records that this program writes, by number of
// the kind.
func (ks *kinds) versions() (versions [ledger.MaxKinds]byte) {
	for _, k := range ks.list {
		versions[k.Number] = k.Version
	}
	return versions
}

// encodeVersions returns the record of the versions that the records of a folder may have,
// by number of the kind.
func encodeVersions(versions [ledger.MaxKinds]byte) []byte {
	e := codec.New(codecNewest, 2+2*ledger.MaxKinds)
	writeByKind(&e, &versions)
	return e.B
}

// decodeVersions reads them. Some that this program does not know are an error that wraps
// engine.ErrNewer.
func (ks *kinds) decodeVersions(record []byte) (versions [ledger.MaxKinds]byte, err error) {
	d, err := codec.Open(record, codecNewest)
	if err != nil {
		return versions, err
	}
	var found [ledger.MaxKinds]uint64
	if err := readByKind(&d, &found); err != nil {
		return versions, err
	}
	for number, version := range found {
		switch k := ks.numbers[number]; {
		case version == 0:
		case k == nil:
			return versions, unknownKind(uint64(number))
		case version > uint64(k.Version):
			return versions, newerFolder(fmt.Sprintf("version %d of a %s, this program knows up to %d", version, k.Entity, k.Version))
		}
		versions[number] = byte(version)
	}
	return versions, d.Finish()
}

// known checks that this program has every kind that the store counts.
func (ks *kinds) known(s state, n totals) error {
	for number, k := range ks.numbers {
		if k == nil && (s.Last[number] != 0 || n.Records[number] != 0) {
			return unknownKind(uint64(number))
		}
	}
	return nil
}

// raiseVersions checks that this program knows the records of a folder of a format from
// formatKinds on, and notes in the folder its own format and the versions that it may write:
// an older program refuses it from then on. The records stay as they are.
func (ks *kinds) raiseVersions(ctx context.Context, e engine.Engine, view engine.View, random io.Reader, format uint32) error {
	record, err := view.Get(keyVersions)
	if err != nil {
		return err
	}
	if record == nil {
		return fmt.Errorf("%w: the versions of the records are missing", engine.ErrCorrupt)
	}
	found, err := ks.decodeVersions(record)
	if err != nil || found == ks.versions() && format == formatVersion {
		return err
	}
	head, err := view.Head()
	if err != nil {
		return err
	}
	return applyNext(ctx, e, head, random, []engine.Pair{
		{Key: keyFormat, Value: encodeNumber(formatVersion)}, {Key: keyVersions, Value: encodeVersions(ks.versions())},
	})
}

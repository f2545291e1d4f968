package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// prepare makes the engine's contents a store of this format: an empty one is
// set up with a secret and the settings, an older one is marked.
func (ks *kinds) prepare(ctx context.Context, e engine.Engine, random io.Reader, settings fields.Settings, logger *slog.Logger) error {
	view, err := e.View(ctx)
	if err != nil {
		return err
	}
	defer view.Close()
	head, err := view.Head()
	if err != nil {
		return err
	}
	found, err := view.Get(keyFormat)
	if err != nil {
		return err
	}
	if found != nil {
		return ks.upgrade(ctx, e, view, found, random, logger)
	}
	put, err := ks.firstRecords(view, random, settings)
	if err != nil {
		return err
	}
	return applyNext(ctx, e, head, random, put)
}

// applyNext applies a batch with a random name on top of the head.
func applyNext(ctx context.Context, e engine.Engine, head engine.BatchID, random io.Reader, put []engine.Pair) error {
	b := engine.Batch{Expect: head, Put: put}
	if _, err := io.ReadFull(random, b.ID[:]); err != nil {
		return fmt.Errorf("reading randomness: %w", err)
	}
	return e.Apply(ctx, b)
}

// firstRecords are those of a new store. The settings are there from the
// start: they are no change, so the log begins with the first real one.
func (ks *kinds) firstRecords(view engine.View, random io.Reader, settings fields.Settings) ([]engine.Pair, error) {
	page, err := view.Scan(engine.Range{Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(page.Pairs) > 0 {
		return nil, fmt.Errorf("%w: there are records but no format version", engine.ErrCorrupt)
	}
	master := make([]byte, masterBytes)
	if _, err := io.ReadFull(random, master); err != nil {
		return nil, fmt.Errorf("reading randomness: %w", err)
	}
	document, err := json.Marshal(settings)
	if err != nil {
		return nil, err
	}
	return []engine.Pair{
		{Key: keyFormat, Value: encodeNumber(formatVersion)},
		{Key: keyVersions, Value: encodeVersions(ks.versions())},
		{Key: keyMaster, Value: master},
		{Key: keyState, Value: state{}.encode()},
		{Key: keyTotals, Value: totals{}.withDocuments(ledger.SettingsDoc.Name, 1).encode()},
		{Key: documentKey(ledger.SettingsDoc, settingsKey), Value: document},
	}, nil
}

// upgrade brings a store of an older format into this one. Marking it keeps older
// programs from reading records they do not know, and from writing without
// counting. From format 5 on it reads no records: one batch marks the store.
func (ks *kinds) upgrade(ctx context.Context, e engine.Engine, view engine.View, found []byte, random io.Reader, logger *slog.Logger) error {
	version, err := decodeNumber(found)
	if err != nil || version == 0 {
		return fmt.Errorf("%w: the format version is unreadable", engine.ErrCorrupt)
	}
	if version > formatVersion {
		return newerFolder(fmt.Sprintf("format %d, this program knows up to %d", version, formatVersion))
	}
	if version >= formatKinds {
		return ks.raiseVersions(ctx, e, view, random, version)
	}
	master, err := view.Get(keyMaster)
	if err != nil {
		return err
	}
	r := renewal{
		ctx: ctx, kinds: ks, engine: e, view: view, hasher: newClaimHasher(master, "claims"), random: random,
		options: fields.RenewedOptions{}, twins: twins{logger: logger}, claims: map[string]uint32{},
	}
	if r.head, err = view.Head(); err != nil {
		return err
	}
	if r.totals, err = ks.totalsOf(view, version); err != nil {
		return err
	}
	if version < formatValues {
		if err := r.run(); err != nil {
			return fmt.Errorf("bringing the data folder from format %d to %d: %w", version, formatVersion, err)
		}
		r.twins.done()
	}
	s, err := readState(view)
	if err != nil {
		return err
	}
	return r.flush(
		engine.Pair{Key: keyFormat, Value: encodeNumber(formatVersion)},
		engine.Pair{Key: keyVersions, Value: encodeVersions(ks.versions())},
		engine.Pair{Key: keyState, Value: s.encode()},
	)
}

// newerFolder is the error of a folder that this program is too old for; why says what
// it does not know.
func newerFolder(why string) error {
	return fmt.Errorf("the data folder was %w (%s): start it with that version or a later one, or choose another folder",
		engine.ErrNewer, why)
}

// totalsOf returns the totals of a store of an older format, which has them from
// the fourth on.
func (ks *kinds) totalsOf(view engine.View, version uint32) (totals, error) {
	if version < formatTotals {
		return ks.countTotals(view)
	}
	return readTotals(view)
}

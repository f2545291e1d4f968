package segments

import (
	"cmp"
	"context"
	"encoding/hex"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/ledger"
)

// Verify reads every definition and every snapshot with all of its members, and
// adds each damage to found. It notices:
//   - what cannot be read;
//   - a name that does not lead to its segment, and the reverse;
//   - wrong lists of the segments that name an attribute;
//   - missing numbers of snapshots;
//   - a snapshot with another number of members than it says, or than its size says;
//   - picked contacts that a segment names and that are not there;
//   - versions of definitions that are missing, or are of no segment.
//
// Nobody may write meanwhile. An error means that the store could not be read.
func (s *Service) Verify(ctx context.Context, found *ledger.Differences) error {
	v := verification{Service: s, found: found, segments: map[ledger.ID]*verified{}}
	for _, read := range []func(context.Context) error{v.definitions, v.names, v.uses, v.states, v.snapshots, v.chains, v.sizes, v.sets, v.picks, v.versions} {
		if err := read(ctx); err != nil {
			return err
		}
	}
	return nil
}

// verification is one run of Verify.
type verification struct {
	*Service
	found    *ledger.Differences
	ids      []ledger.ID
	segments map[ledger.ID]*verified
}

// verified is what was read of one segment.
type verified struct {
	name    string          // the key of its name, "" for one of an older form
	last    *snapshotRecord // as its state says, nil for none
	oldest  uint32          // as its state says, 0 for the newest of Options.Keep
	newest  uint32          // snapshot that was read, 0 for none
	records map[uint32]*snapshotRecord
}

func (v *verification) each(ctx context.Context, c ledger.Collection, prefix string, visit func(ledger.Document)) error {
	return ledger.EachDocument(ctx, v.store, c, prefix, func(d ledger.Document) error {
		visit(d)
		return nil
	})
}

func (v *verification) definitions(ctx context.Context) error {
	return v.each(ctx, SegmentDocuments, "", func(d ledger.Document) {
		var r segmentRecord
		id, err := uuid.Parse(d.Key)
		if err != nil || ledger.DecodeDocument(d.Value, &r) != nil || r.Name == "" || r.Version == 0 || r.CreatedAt.IsZero() {
			v.found.Add("segments that cannot be read")
		}
		if raw, err := hex.DecodeString(r.Hash); err != nil || len(raw) == 0 {
			v.found.Add("segments whose filter has no hash")
		}
		v.ids = append(v.ids, id)
		v.segments[id] = &verified{records: map[uint32]*snapshotRecord{}}
		if r.Form > 0 {
			v.segments[id].name = nameKey(r.Name)
		}
	})
}

func (v *verification) names(ctx context.Context) error {
	named := map[ledger.ID]bool{}
	err := v.each(ctx, NameDocuments, "", func(d ledger.Document) {
		id, err := uuid.Parse(string(d.Value))
		if s := v.segments[id]; err != nil || s == nil || s.name != "" && s.name != d.Key {
			v.found.Add("names of segments that no segment has")
			return
		}
		named[id] = true
	})
	for range len(v.segments) - len(named) {
		v.found.Add("segments whose name is not taken")
	}
	return err
}

// uses compares the lists of who names an attribute with the segments.
func (v *verification) uses(ctx context.Context) error {
	wrong, err := v.wrongUses(ctx)
	for range wrong {
		v.found.Add("attributes whose segments are not listed as they are")
	}
	return err
}

func (v *verification) states(ctx context.Context) error {
	return v.each(ctx, SetDocuments, statePrefix, func(d ledger.Document) {
		var st state
		id, err := uuid.Parse(strings.TrimPrefix(d.Key, statePrefix))
		if err != nil || ledger.DecodeDocument(d.Value, &st) != nil || st.Oldest > max(st.newest(), 1) {
			v.found.Add("states of snapshots that cannot be read")
			return
		}
		if s := v.segments[id]; s != nil && !st.Deleted {
			s.last, s.oldest = st.Last, st.Oldest
		} else if s != nil || !st.Deleted {
			v.found.Add("states of snapshots of a segment that does not exist")
		}
	})
}

var snapshotName = regexp.MustCompile(`^([0-9a-f-]{36})/([0-9]{10})$`)

func (v *verification) snapshots(ctx context.Context) error {
	return v.each(ctx, SnapshotDocuments, "", func(d ledger.Document) {
		var r snapshotRecord
		name := snapshotName.FindStringSubmatch(d.Key)
		if name == nil || ledger.DecodeDocument(d.Value, &r) != nil || d.Key[37:] != snapshotKey(uuid.Nil, r.N)[37:] ||
			r.Base > r.N || r.Try == "" || r.EvaluatedAt.IsZero() {
			v.found.Add("snapshots that cannot be read")
			return
		}
		id, err := uuid.Parse(name[1])
		s := v.segments[id]
		if err != nil || s == nil {
			v.found.Add("snapshots of a segment that does not exist")
			return
		}
		s.newest, s.records[r.N] = r.N, &r
	})
}

// chains checks the snapshots of each segment that were not given up, and those
// that they rest on. Older ones may be half removed.
func (v *verification) chains(ctx context.Context) error {
	for _, id := range v.ids {
		s := v.segments[id]
		if newest := s.records[s.newest]; !reflect.DeepEqual(newest, s.last) {
			v.found.Add("segments whose newest snapshot is another than their state says")
		}
		from := cmp.Or(s.oldest, lowestOf(s.newest, v.options.Keep))
		if oldest := s.records[from]; oldest != nil {
			from = oldest.Base
		}
		var members *roaring.Bitmap
		for n := from; n <= s.newest; n++ {
			r := s.records[n]
			if r == nil {
				v.found.Add("snapshots that are missing")
				members = nil
				continue
			}
			var err error
			if members, err = v.content(ctx, r.snapshot(id), members); err != nil {
				return err
			}
		}
	}
	return nil
}

// content reads the members of a snapshot, and compares their numbers with what
// the snapshot says. before are the members of the snapshot before, nil if they
// are not known. It returns nil if the members cannot be known.
func (v *verification) content(ctx context.Context, of *Snapshot, before *roaring.Bitmap) (*roaring.Bitmap, error) {
	whole := of.layout.Base == of.N
	if before == nil && !whole {
		return nil, nil // the damage is reported already
	}
	after := roaring.New()
	for _, part := range []struct {
		set    string
		chunks []uint32
		apply  func(*roaring.Bitmap)
	}{
		{setMembers, of.layout.Members, after.Or},
		{setLeft, of.layout.Left, after.AndNot},
		{setEntered, of.layout.Entered, after.Or},
	} {
		if !whole && part.set == setLeft {
			after.Or(before)
		}
		set, err := v.pieces(ctx, of, part.set, part.chunks)
		if err != nil {
			return nil, err
		}
		part.apply(set)
	}
	if after.GetCardinality() != of.Count {
		v.found.Add("snapshots with another number of members than they say")
	}
	if before == nil && of.N == 1 {
		before = roaring.New()
	}
	if before != nil && (roaring.AndNot(after, before).GetCardinality() != of.Entered || roaring.AndNot(before, after).GetCardinality() != of.Left) {
		v.found.Add("snapshots with another number who entered or left than they say")
	}
	return after, nil
}

// pieces reads the chunks of a set that can be read.
func (v *verification) pieces(ctx context.Context, of *Snapshot, name string, chunks []uint32) (*roaring.Bitmap, error) {
	set := roaring.New()
	for _, number := range chunks {
		encoded, err := v.store.Document(ctx, SetDocuments, pieceKey(of, name, number))
		if err != nil {
			return nil, err
		}
		if encoded == nil {
			v.found.Add("members of snapshots that are missing")
			continue
		}
		if chunk, err := codec.DecodeSet(number, encoded); err == nil { // sets reports an error
			set.Or(chunk)
		}
	}
	return set, nil
}

// sizes compares the sizes of snapshots with those that are there. Older sizes outlive theirs, and
// a segment that an older program left has none.
func (v *verification) sizes(ctx context.Context) error {
	newest := map[ledger.ID]uint32{}
	err := v.each(ctx, SizeDocuments, "", func(d ledger.Document) {
		var size Size
		name := snapshotName.FindStringSubmatch(d.Key)
		if name == nil || ledger.DecodeDocument(d.Value, &size) != nil || d.Key[37:] != snapshotKey(uuid.Nil, size.N)[37:] {
			v.found.Add("sizes of segments that cannot be read")
			return
		}
		id, err := uuid.Parse(name[1])
		s := v.segments[id]
		if err != nil || s == nil {
			v.found.Add("sizes of a segment that does not exist")
			return
		}
		newest[id] = size.N
		if r := s.records[size.N]; r != nil && size != sizeOf(r) {
			v.found.Add("sizes of segments that differ from their snapshots")
		}
	})
	for id, n := range newest {
		if n != v.segments[id].newest {
			v.found.Add("segments whose newest size is not of their newest snapshot")
		}
	}
	return err
}

// picks reads the contacts that were picked for segments. Some may be of no definition, from
// attempts that failed: Sweep removes them.
func (v *verification) picks(ctx context.Context) error {
	return v.Service.each(ctx, func(segment *Segment) error {
		for _, which := range []PickSet{Pinned, Excluded} {
			for _, at := range *segment.chunks(which) {
				encoded, err := v.store.Document(ctx, PickDocuments, pickKey(segment.ID, which, at))
				if err != nil {
					return err
				}
				if chunk, err := codec.DecodeSet(at.N, encoded); encoded == nil || err != nil || chunk.IsEmpty() {
					v.found.Add("picked contacts of segments that cannot be read")
				}
			}
		}
		return nil
	})
}

var pieceName = regexp.MustCompile(`^[0-9a-f-]{36}/[0-9]{10}/[0-9a-f-]+/[mel]([0-9]{4})$`)

// sets reads every chunk of members, also those of failed attempts.
func (v *verification) sets(ctx context.Context) error {
	return v.each(ctx, SetDocuments, "", func(d ledger.Document) {
		if strings.HasPrefix(d.Key, statePrefix) {
			return
		}
		name := pieceName.FindStringSubmatch(d.Key)
		if name == nil {
			v.found.Add("members of snapshots that cannot be read")
			return
		}
		number, _ := strconv.ParseUint(name[1], 10, 32)
		if chunk, err := codec.DecodeSet(uint32(number), d.Value); err != nil || chunk.IsEmpty() {
			v.found.Add("members of snapshots that cannot be read")
		}
	})
}

package audiences

import (
	"context"
	"regexp"
	"strconv"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"

	"github.com/ndoto/kundi/ledger"
)

// Verify reads every audience with its rows, and adds each damage to found: what cannot be read, rows
// that are missing or in another group than its set says, numbers that are not those of the rows, and
// holds without an audience. Nobody may write meanwhile. An error means that the store could not be
// read.
func (s *Service) Verify(ctx context.Context, found *ledger.Differences) error {
	v := verification{Service: s, found: found, audiences: map[ledger.ID]*Audience{}}
	for _, read := range []func(context.Context) error{v.definitions, v.holds, v.strays, v.contents} {
		if err := read(ctx); err != nil {
			return err
		}
	}
	return nil
}

// verification is one run of Verify.
type verification struct {
	*Service
	found     *ledger.Differences
	audiences map[ledger.ID]*Audience
	ids       []ledger.ID
}

func (v *verification) definitions(ctx context.Context) error {
	return ledger.EachDocument(ctx, v.store, AudienceDocuments, "", func(d ledger.Document) error {
		var r audienceRecord
		id, err := uuid.Parse(d.Key)
		if err != nil || ledger.DecodeDocument(d.Value, &r) != nil || r.Campaign == "" || r.Snapshot == 0 || r.Version == 0 || len(r.Groups) == 0 {
			v.found.Add("audiences that cannot be read")
			return nil
		}
		v.audiences[id], v.ids = r.audience(id), append(v.ids, id)
		return nil
	})
}

// holds compares the holds with the audiences.
func (v *verification) holds(ctx context.Context) error {
	held := map[ledger.ID]bool{}
	err := ledger.EachDocument(ctx, v.store, HoldDocuments, "", func(d ledger.Document) error {
		id, err := uuid.Parse(d.Key[strings.LastIndexByte(d.Key, '/')+1:])
		if a := v.audiences[id]; err != nil || a == nil || holdKey(a) != d.Key || string(d.Value) != heldBy {
			v.found.Add("holds of snapshots that no audience has")
		}
		held[id] = true
		return nil
	})
	for _, id := range v.ids {
		if !held[id] {
			v.found.Add("audiences that do not hold their snapshot")
		}
	}
	return err
}

var pieceName = regexp.MustCompile(`^([0-9a-f-]{36})/(rows/[0-9]{6}|set-([0-9]{3})/[0-9]{4}|held-[a-z_]+/[0-9]{4})$`)

// strays are pieces that belong to nothing that is there, or that was being made or removed.
func (v *verification) strays(ctx context.Context) error {
	marked := map[ledger.ID]bool{}
	err := ledger.EachDocument(ctx, v.store, RowDocuments, markPrefix, func(d ledger.Document) error {
		id, err := uuid.Parse(strings.TrimPrefix(d.Key, markPrefix))
		if marked[id] = true; err != nil || string(d.Value) != making && string(d.Value) != removing || v.audiences[id] != nil {
			v.found.Add("marks of audiences that cannot be read")
		}
		return nil
	})
	if err != nil {
		return err
	}
	return ledger.EachDocument(ctx, v.store, RowDocuments, "", func(d ledger.Document) error {
		if strings.HasPrefix(d.Key, markPrefix) {
			return nil
		}
		name := pieceName.FindStringSubmatch(d.Key)
		if name == nil {
			v.found.Add("rows of audiences that cannot be read")
			return nil
		}
		id, err := uuid.Parse(name[1])
		a := v.audiences[id]
		group, _ := strconv.Atoi(name[3])
		if err != nil || a == nil && !marked[id] || a != nil && group >= len(a.Groups) {
			v.found.Add("rows of audiences that do not exist")
		}
		return nil
	})
}

// contents reads all rows and sets of each audience.
func (v *verification) contents(ctx context.Context) error {
	for _, id := range v.ids {
		if err := v.content(ctx, v.audiences[id]); err != nil {
			return err
		}
	}
	return nil
}

func (v *verification) content(ctx context.Context, a *Audience) error {
	sets := make([]*roaring.Bitmap, len(a.Groups))
	for i := range sets {
		sets[i] = roaring.New()
	}
	rows, readable := uint32(0), true
	err := ledger.EachDocument(ctx, v.store, RowDocuments, piecesPrefix(a.ID)+"rows/", func(d ledger.Document) error {
		if d.Key != rowsKey(a.ID, int(rows)/chunkRows) {
			readable = false
			return nil
		}
		err := decodeRows(d.Value, func(ordinal uint32, group uint8) {
			rows++
			if int(group) >= len(sets) || !sets[group].CheckedAdd(ordinal) || (a.Groups[group].Name == HoldOut) != (rows > a.Sent()) {
				readable = false
			}
		})
		readable = readable && err == nil
		return nil
	})
	if err != nil {
		return err
	}
	total := uint32(0)
	for i, set := range sets {
		stored, err := v.set(ctx, groupPrefix(a.ID, i))
		if err != nil || !stored.Equals(set) || uint64(a.Groups[i].Count) != set.GetCardinality() {
			readable = false
		}
		total += a.Groups[i].Count
	}
	if !v.heldAsCounted(ctx, a) {
		v.found.Add("audiences that held back others than they say")
	}
	if !readable || rows != a.Count || total != a.Count || a.Acknowledged > a.Count {
		v.found.Add("audiences whose rows are not as they say")
	}
	return nil
}

// heldAsCounted compares the sets of those who were held back with their numbers.
func (v *verification) heldAsCounted(ctx context.Context, a *Audience) bool {
	for _, why := range Listed {
		set, err := v.set(ctx, heldPrefix(a.ID, why))
		if err != nil || a.HeldNoted && set.GetCardinality() != a.HeldBack[why] || !a.HeldNoted && !set.IsEmpty() {
			return false
		}
	}
	return true
}

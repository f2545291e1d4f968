package segments

import (
	"context"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/ledger"
)

// versions reads every version of a definition. A segment has those that it keeps, and no other.
func (v *verification) versions(ctx context.Context) error {
	left := map[string]bool{} // keys of versions that there must be
	err := v.Service.each(ctx, func(segment *Segment) error {
		for n := oldestVersion(max(segment.n, 1)); n <= segment.n; n++ {
			left[versionKey(segment.ID, n)] = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = v.each(ctx, VersionDocuments, "", func(d ledger.Document) {
		var r versionRecord
		name := snapshotName.FindStringSubmatch(d.Key)
		if name == nil || ledger.DecodeDocument(d.Value, &r) != nil || r.Name == "" || r.Hash == "" || r.At.IsZero() ||
			d.Key[37:] != versionKey(uuid.Nil, r.N)[37:] {
			v.found.Add("versions of segments that cannot be read")
		}
		if !left[d.Key] {
			v.found.Add("versions of segments that no segment has")
		}
		delete(left, d.Key)
	})
	for range left {
		v.found.Add("versions of segments that are missing")
	}
	return err
}

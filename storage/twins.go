package storage

import (
	"log/slog"

	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// twins tells the log of those of an older folder who have one value in two forms,
// by id: nobody but the operator can say whether they are one.
type twins struct {
	logger *slog.Logger
	count  int
}

// maxTwinsLogged is how many of them are named.
const maxTwinsLogged = 1000

// form tells of one who keeps an older form, since the holder has that of now.
func (t *twins) form(v engine.View, k *kind, claim ledger.ClaimKind, id ledger.ID, holder uint32) error {
	ref := ledger.Ref{Ordinal: holder}
	record, err := v.Get(k.key(ref))
	if err != nil || record == nil {
		return err
	}
	other, err := k.DecodeRecord(ref, record)
	if err != nil {
		return err
	}
	if t.count++; t.count <= maxTwinsLogged {
		t.logger.Warn("twins: two "+k.Plural+" have one value in two forms", "field", k.unique(claim).Noun, string(k.Entity), id,
			"has_present_form", *k.StampOf(other).ID)
	}
	return nil
}

// spelling tells of one whose name, or what else is folded, another has.
func (t *twins) spelling(k *kind, id ledger.ID) {
	if t.count++; t.count <= maxTwinsLogged {
		t.logger.Warn("twins: two "+k.Plural+" have one "+k.unique(k.Renewal().Folded).Field+" in two spellings", string(k.Entity), id)
	}
}

// done tells how many there were.
func (t *twins) done() {
	if t.count > 0 {
		t.logger.Warn("twins of the older folder stay two; merge those contacts that are one person", "twins", t.count)
	}
}

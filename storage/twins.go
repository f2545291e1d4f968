package storage

import (
	"log/slog"

	"github.com/ndoto/kundi/contacts"
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

// contact tells of one who keeps an older form, since the holder has that of now.
func (t *twins) contact(v engine.View, kind contacts.ClaimKind, id contacts.ID, holder uint32) error {
	record, err := v.Get(contactKey(holder))
	if err != nil || record == nil {
		return err
	}
	other, err := decodeContact(holder, record)
	if err != nil {
		return err
	}
	if t.count++; t.count <= maxTwinsLogged {
		t.logger.Warn("twins: two contacts have one value in two forms", "field", claimWord([]byte{kindClaim, byte(kind)}), "contact", id, "has_present_form", other.ID)
	}
	return nil
}

// company tells of one whose name another company has.
func (t *twins) company(id contacts.ID) {
	if t.count++; t.count <= maxTwinsLogged {
		t.logger.Warn("twins: two companies have one name in two spellings", "company", id)
	}
}

// done tells how many there were.
func (t *twins) done() {
	if t.count > 0 {
		t.logger.Warn("twins of the older folder stay two; merge those contacts that are one person", "twins", t.count)
	}
}

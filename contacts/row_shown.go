package contacts

import (
	"slices"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// shownPage is how many conversations of a contact are read at once.
const shownPage = 500

// keepAsShown takes out of the draft of a row the channels, and when somebody was seen last, where
// that would change nothing which the contact shows: a file has what it shows of its conversations
// too, and an unchanged one must change nothing.
func (w *writing) keepAsShown(match *Contact) error {
	for _, name := range []string{"channels", "last_seen_at"} {
		v, sent := w.item.patch.sent(name)
		own := Kind.Named(name).Get(match)
		if !sent || v.Equal(own) {
			continue
		}
		rollup, rolled, err := ofConversations(w.tx, match, name)
		if err != nil {
			return err
		}
		if rollup != nil && rollup.Join(v, rolled).Equal(rollup.Join(own, rolled)) {
			w.omit(name)
		}
	}
	return nil
}

// ofConversations returns what a contact shows of its conversations in a field. The rollup is nil
// where there is nothing to show.
func ofConversations(tx ledger.Tx, c *Contact, field string) (rollup *ledger.Rollup, rolled fields.Value, err error) {
	kind := tx.KindOf(fields.EntityConversation)
	if kind == nil {
		return nil, rolled, nil
	}
	for _, relation := range kind.Related() {
		at := slices.IndexFunc(relation.Rollups, func(r ledger.Rollup) bool { return r.Field == field })
		if relation.Owner && at >= 0 {
			rollup = &relation.Rollups[at]
		}
	}
	if rollup == nil {
		return nil, rolled, nil
	}
	window := ledger.Window{Limit: shownPage}
	for {
		page, err := tx.Owned(kind, ledger.Ordinals(Kind, c), window)
		if err != nil {
			return nil, rolled, err
		}
		for _, r := range page {
			v := kind.ValueOf(fields.Field{Name: rollup.Of}, r)
			if rollup.By == ledger.UnionOf {
				v = fields.ListValue([]string{v.Text})
			}
			rolled = rollup.Join(v, rolled)
		}
		if len(page) < shownPage {
			return rollup, rolled, nil
		}
		last := kind.StampOf(page[len(page)-1]).Ref()
		window.After = &last
	}
}

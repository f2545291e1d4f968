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
		fold, folded, err := ofConversations(w.tx, match, name)
		if err != nil {
			return err
		}
		if fold != nil && fold.Join(v, folded).Equal(fold.Join(own, folded)) {
			w.omit(name)
		}
	}
	return nil
}

// ofConversations returns what a contact shows of its conversations in a field. The fold is nil
// where there is nothing to show.
func ofConversations(tx ledger.Tx, c *Contact, field string) (fold *ledger.Fold, folded fields.Value, err error) {
	kind := tx.KindOf(fields.EntityConversation)
	if kind == nil {
		return nil, folded, nil
	}
	for _, relation := range kind.Related() {
		at := slices.IndexFunc(relation.Folds, func(f ledger.Fold) bool { return f.Field == field })
		if relation.Owner && at >= 0 {
			fold = &relation.Folds[at]
		}
	}
	if fold == nil {
		return nil, folded, nil
	}
	window := ledger.Window{Limit: shownPage}
	for {
		page, err := tx.Owned(kind, ledger.Ordinals(Kind, c), window)
		if err != nil {
			return nil, folded, err
		}
		for _, r := range page {
			v := kind.ValueOf(fields.Field{Name: fold.Of}, r)
			if fold.By == ledger.UnionOf {
				v = fields.ListValue([]string{v.Text})
			}
			folded = fold.Join(v, folded)
		}
		if len(page) < shownPage {
			return fold, folded, nil
		}
		last := kind.StampOf(page[len(page)-1]).Ref()
		window.After = &last
	}
}

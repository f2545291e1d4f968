package columns

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/filter/filtertest"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
)

// ownersWorld is a world with conversations and notes, in tables.
func ownersWorld(t *rapid.T) (*filtertest.World, *Tables) {
	w := filtertest.Draw(t, 8)
	w.DrawOwned(t, 16)
	w.DrawChanges(t)
	tables := NewTables(contacts.Kind, companies.Kind, conversations.Kind, notes.Kind, audiences.EventsKind)
	fill(tables, w.Companies, w.Contacts)
	tables.Fill(conversations.Kind, ledger.RecordsOf(w.Conversations)...)
	tables.Fill(notes.Kind, ledger.RecordsOf(w.Notes)...)
	tables.Fill(audiences.EventsKind, ledger.RecordsOf(w.Events)...)
	for _, f := range w.ChangedFields() {
		keepChanges(tables, w, f)
	}
	return w, tables
}

// keepChanges has tables keep when a field changed, and tells them of before, as far as a history knows.
func keepChanges(tables *Tables, w *filtertest.World, f fields.Field) {
	tables.KeepChanges(f)
	var times []ChangeTime
	for _, c := range w.Contacts {
		at, ok := w.ChangedAt(c.Ordinal, f.Name)
		if !ok {
			at = c.CreatedAt.UnixMilli() // it has no value, so this does not count
		}
		times = append(times, ChangeTime{Ordinal: c.Ordinal, At: at, FromMaking: !ok})
	}
	tables.Changed(ChangeKeyOf(f), times)
}

// requireSame: a filter accepts whom Match accepts, at once and among few.
func requireSame(t *rapid.T, w *filtertest.World, tables *Tables, f *filter.Filter) (wanted []uint32) {
	wanted = w.Matching(f)
	tables.View(func(v *View) {
		require.Equal(t, wanted, append([]uint32{}, v.Evaluate(f, w.Env).ToArray()...), "%s", f)
		among := v.ask(newWork(tables), w.Env, v.Everyone())
		require.Equal(t, wanted, append([]uint32{}, v.materialize(among.filter(f)).ToArray()...), "%s", f)
		opposite := &filter.Filter{Root: &filter.Group{Not: true, Rules: []filter.Node{f.Root}}}
		require.EqualValues(t, len(w.Contacts), v.Count(f, w.Env)+v.Count(opposite, w.Env), "%s", f)
	})
	return wanted
}

// TestFieldsOfOthersAcceptWhatMatchAccepts: rules on what contacts show of their conversations,
// and companies of their contacts, accept those whom Match accepts, alone and beside any others.
func TestFieldsOfOthersAcceptWhatMatchAccepts(t *testing.T) {
	parted := map[string]int{} // filters of one rule that accept some and not all, by the field
	rapid.Check(t, func(t *rapid.T) {
		w, tables := ownersWorld(t)
		for _, f := range w.Derived(t) {
			if n := len(requireSame(t, w, tables, f)); n > 0 && n < len(w.Contacts) {
				parted[f.Root.Rules[0].(*filter.Rule).Field.Name]++
			}
		}
		for range 5 {
			requireSame(t, w, tables, w.Filter(t))
		}
	})
	for _, name := range []string{
		"conversations_count", "open_conversations", "last_message_at", "first_reply_at", "last_reply_at", "channels", "last_seen_at",
		"company.contacts_count", "company.last_seen_at",
	} {
		require.Positive(t, parted[name], name)
	}
}

// TestEveryFieldInsideOfWhere: rules on conversations and notes accept the contacts that Match
// accepts, by every field and operator, at once and among few.
func TestEveryFieldInsideOfWhere(t *testing.T) {
	parted := map[string]int{} // filters that accept some and not all, by the field and type asked for
	rapid.Check(t, func(t *rapid.T) {
		w, tables := ownersWorld(t)
		all := w.Related(t)
		for i := rapid.IntRange(0, relatedStep()-1).Draw(t, "first"); i < len(all); i += relatedStep() {
			f := all[i]
			wanted := requireSame(t, w, tables, f)
			r := f.Root.Rules[0].(*filter.Rule)
			if where := r.Related.Where; where != nil && len(where.Rules) == 1 && len(wanted) > 0 && len(wanted) < len(w.Contacts) {
				if inside, ok := where.Rules[0].(*filter.Rule); ok {
					parted[r.Field.Name+" "+inside.Field.Name]++
				}
			}
		}
	})
	if testing.Short() { // which looks at too few of them
		return
	}
	for _, name := range []string{"channel", "status", "priority", "labels", "assignee", "team", "satisfaction", "messages_count", "inbound_count", "created_at",
		"updated_at", "last_message_at", "first_reply_at", "last_reply_at", "resolved_at", "attributes.list", "attributes.number"} {
		require.Positive(t, parted["conversations "+name], name)
	}
	for _, name := range []string{"text", "pinned", "author.source", "created_at"} {
		require.Positive(t, parted["notes "+name], name)
	}
}

// relatedStep is of how many filters one is looked at in each world: all of them together take
// more than a second.
func relatedStep() int {
	if testing.Short() {
		return 16
	}
	return 8
}

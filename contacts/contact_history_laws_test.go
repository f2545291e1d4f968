package contacts_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
	"github.com/ndoto/kundi/workspace"
)

// witness is somebody who asks for every contact after every change, and remembers the
// answers, in the order of the changes.
type witness struct {
	*contacts.Service
	*workspaceService
	t       *rapid.T
	store   *storage.Store
	now     time.Time
	setBack bool // the clock is now and then
	ids     []ledger.ID
	saw     map[ledger.ID][]sight
}

// sight is what an id meant, nil for nobody.
type sight struct {
	at      time.Time
	contact *contacts.Contact
	company *ledger.Link
}

func newWitness(t *rapid.T) *witness {
	w := &witness{t: t, now: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC), saw: map[ledger.ID][]sight{}}
	clock := func() time.Time { return w.now }
	var err error
	w.store, err = storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: memory.New(), Clock: clock})
	require.NoError(t, err)
	w.Service, w.workspaceService = contacts.NewService(w.store, companies.Directory{}, clock, nil), workspace.NewService(w.store, clock)
	return w
}

// look remembers what every id means now, where that is another state than before.
func (w *witness) look() {
	for _, id := range w.ids {
		c, company, err := w.Get(context.Background(), id)
		if err != nil {
			continue
		}
		seen := w.saw[id]
		if n := len(seen); n > 0 && seen[n-1].contact.Version == c.Version && seen[n-1].contact.ID == c.ID {
			continue
		}
		w.saw[id] = append(seen, sight{at: w.now, contact: c, company: company})
	}
}

// as is what an id meant at a moment: after the last change whose time is not later.
func (w *witness) as(id ledger.ID, at time.Time) *sight {
	for _, seen := range slices.Backward(w.saw[id]) {
		if !seen.at.After(at) {
			return &seen
		}
	}
	return nil
}

// step makes a random change.
func (w *witness) step() {
	t, ctx := w.t, context.Background()
	one := func(name string) ledger.ID { return rapid.SampledFrom(w.ids).Draw(t, name) }
	ops := []string{"create", "patch", "patch", "patch", "block", "define", "delete"}
	if !w.setBack { // otherwise nothing says whether an id had its new meaning already
		ops = append(ops, "merge", "undo")
	}
	op := rapid.SampledFrom(ops).Draw(t, "op")
	if len(w.ids) == 0 {
		op = "create"
	}
	var err error
	switch op {
	case "create":
		d := w.draft()
		d["name"] = "Ada"
		var r contacts.Result
		if r, err = w.Create(ctx, tester, d); err == nil {
			w.ids = append(w.ids, r.ID)
		}
	case "patch":
		_, err = w.Patch(ctx, tester, one("patched"), w.draft(), 0)
	case "block":
		if rapid.Bool().Draw(t, "block") {
			_, err = w.Block(ctx, tester, one("blocked"), fields.Draft{"reason": rapid.SampledFrom([]any{"spam", nil}).Draw(t, "reason"), "until": rapid.SampledFrom([]any{"2099-01-01T00:00:00Z", nil}).Draw(t, "until")}, 0)
		} else {
			_, err = w.Unblock(ctx, tester, one("blocked"), 0)
		}
	case "merge":
		_, err = w.Merge(ctx, tester, one("survivor"), one("absorbed"), 0)
	case "undo":
		var c *contacts.Contact
		if c, _, err = w.Get(ctx, one("parted")); err == nil && len(c.Absorbed) > 0 {
			_, err = w.UndoMerge(ctx, tester, c.Absorbed[len(c.Absorbed)-1].Merge)
		}
	case "define":
		kind := rapid.SampledFrom([]string{"text", "number"}).Draw(t, "type")
		_, err = w.DefineAttribute(ctx, tester, fields.Draft{"key": "tier", "type": kind})
	case "delete":
		_, err = w.DeleteAttribute(ctx, tester, fields.EntityContact, "tier", 0)
	}
	if kind := fault.KindOf(err); err != nil {
		require.Contains(t, []fault.ErrorKind{fault.KindConflict, fault.KindInvalid, fault.KindNotFound}, kind, "%s: %v", op, err)
	}
}

// draft changes a few fields.
func (w *witness) draft() fields.Draft {
	values := map[string][]any{
		"first_name": {"Ada", "Bo", nil}, "email": {"a@example.org", "b@example.org", nil}, "phone": {"+254712345678", nil},
		"country": {"KE", "UG", nil}, "city": {"Nairobi", nil}, "company": {"Acme", "Big", nil}, "type": {"customer", "lead"},
		"labels": {[]any{"vip"}, []any{"new", "vip"}, nil}, "last_seen_at": {"2026-11-01T00:00:00Z", nil},
		"channels": {[]any{"sms", "email"}, nil},
	}
	if a, err := w.GetAttribute(fields.EntityContact, "tier"); err == nil {
		values["attributes"] = []any{map[string]any{"tier": map[fields.AttributeType]any{"text": "gold", "number": json.Number("7")}[a.Type]}, map[string]any{"tier": nil}}
	}
	d := fields.Draft{}
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(slices.Sorted(maps.Keys(values))), 0, 3, rapid.ID[string]).Draw(w.t, "fields") {
		d[name] = rapid.SampledFrom(values[name]).Draw(w.t, name)
	}
	return d
}

// TestThePastIsAsItWas: as of any moment, an id means what it meant then, through merges,
// their ends, attributes that were defined again, and a clock that is set back.
func TestThePastIsAsItWas(t *testing.T) {
	answers, runs := map[string]int{}, 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		w := newWitness(t)
		defer w.store.Close()
		moments := []time.Time{w.now.Add(-time.Hour)}
		w.setBack = rapid.Bool().Draw(t, "set back")
		passes := []time.Duration{time.Millisecond, time.Minute, time.Minute}
		if w.setBack {
			passes = append(passes, -90*time.Second)
		}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			w.now = w.now.Add(rapid.SampledFrom(passes).Draw(t, "later"))
			w.step()
			w.look()
			moments = append(moments, w.now, w.now.Add(time.Millisecond/2))
		}
		w.now = w.now.Add(time.Hour)
		for _, at := range moments {
			for _, id := range w.ids {
				answers[w.compare(id, at)]++
			}
		}
	})
	require.Greater(t, answers["seen"], 10*runs)
	require.Greater(t, answers["nobody yet"], runs)
}

// compare asks what an id meant at a moment.
func (w *witness) compare(id ledger.ID, at time.Time) string {
	t := w.t
	want := w.as(id, at)
	got, company, err := w.GetAt(context.Background(), id, at)
	if want == nil {
		require.Equal(t, fault.KindNotFound, fault.KindOf(err), "%v", err)
		return "nobody yet"
	}
	require.NoError(t, err)
	require.Equal(t, want.contact.ID, got.ID)
	require.Equal(t, want.contact.Version, got.Version)
	require.True(t, want.contact.UpdatedAt.Equal(got.UpdatedAt), "%v %v", want.contact.UpdatedAt, got.UpdatedAt)
	all := slices.Clone(contacts.StandardFields)
	if f, ok := w.store.Schema().Field("attributes.tier"); ok {
		all = append(all, f)
	}
	for _, f := range all {
		require.Equal(t, shown(f, want.contact, want.company), shown(f, got, company), "%s at %v", f.Name, at)
	}
	require.Equal(t, absorbed(want.contact), absorbed(got))
	if present, _, err := w.Get(context.Background(), id); err == nil && present.ID == id && got.ID != id {
		return "a part of another"
	}
	return "seen"
}

// shown is the value of a field of a contact, which may be one of its company.
func shown(f fields.Field, c *contacts.Contact, company *ledger.Link) fields.Value {
	if company == nil {
		return contacts.Kind.Value(f, c)
	}
	return contacts.Kind.Facts(c, companies.Kind.Facts(&companies.Company{ID: company.ID, Name: company.Name})).Value(f)
}

func absorbed(c *contacts.Contact) (ids []ledger.ID) {
	for _, a := range c.Absorbed {
		ids = append(ids, a.ID)
	}
	return ids
}

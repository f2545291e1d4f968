package index

import (
	"context"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/indextest"
	"github.com/ndoto/kundi/index/search"
	"github.com/ndoto/kundi/ledger"
)

// merged is a workspace of somebody who has absorbed two contacts, and of
// others who are like them.
func merged(t *testing.T) (*indextest.Records, string) {
	r := indextest.NewRecords()
	for i, c := range []contacts.Contact{
		{Name: "Grace Nkosi", Email: "grace@quarry.example", Phone: "+27215550111", Absorbed: []ledger.Absorbed{
			{Ordinal: 90, ID: uuid.New(), Email: "nothing@but.example"},
			{Ordinal: 91, ID: uuid.New(), Name: "Gracia Lindqvist", Email: "lindqvist.g@harbour.example", Phone: "+46705550122", Identifier: "OLD-7788"},
		}},
		{Name: "Gracia Mbeki", Email: "gm@quarry.example"},
		{Name: "Nadia Lindgren", Email: "nl@harbour.example", Phone: "+46705550199"},
	} {
		c.Ordinal, c.ID, c.Type = uint32(i+1), uuid.New(), contacts.TypeLead
		r.People[c.Ordinal] = &c
		r.Tell(ledger.Change{Entity: fields.EntityContact, Op: ledger.OpCreate, Ordinal: c.Ordinal, Record: &c})
	}
	return r, t.TempDir()
}

// TestFoundByEveryAddress: a contact is found by each of its e-mails, phones and identities, and
// is the likely double of whoever comes with one.
func TestFoundByEveryAddress(t *testing.T) {
	r := indextest.NewRecords()
	c := &contacts.Contact{
		Ordinal: 1, ID: uuid.New(), Type: contacts.TypeLead, Name: "Grace Nkosi", Email: "grace@quarry.example", Phone: "+27215550111",
		MoreEmails: []contacts.Address{{Value: "nothing@but.example"}, {Value: "lindqvist.g@harbour.example", Shared: true}},
		MorePhones: []contacts.Address{{Value: "+46705550122"}}, Identities: []contacts.Identity{{Channel: fields.ChannelNamed("telegram"), SourceID: "TG-7788"}, {Channel: fields.ChannelNamed("instagram"), SourceID: "lindqvist.g"}},
	}
	r.People[1] = c
	r.Tell(ledger.Change{Entity: fields.EntityContact, Op: ledger.OpCreate, Ordinal: 1, Record: c})
	dir := t.TempDir()
	for range 2 { // made, and from the checkpoint
		x, _ := open(t, dir, r)
		require.NoError(t, x.text.WaitFor(context.Background(), r.Head()))
		for _, test := range []struct{ query, field, way, at string }{
			{"grace@quarry.example", "email", "exact", "grace@quarry.example"},
			{"nothing@but.example", "emails[1]", "exact", "nothing@but.example"},
			{"lindqvist.g@harbor.example", "emails[2]", "typo", "lindqvist.g@harbour.example"},
			{"lindq", "identities[1].source_id", "prefix", "lindq"},
			{"+46 70 555 01 22", "phones[1]", "exact", "+46705550122"},
			{"0122", "phones[1]", "digits", "0122"},
			{"tg7788", "identities[0].source_id", "exact", "TG-7788"},
		} {
			a := found(t, x, test.query)
			require.NotEmpty(t, a.Hits, test.query)
			at := ""
			for _, h := range a.Hits[0].Highlights {
				if h.Field == test.field && h.Way == test.way {
					text, listed := c.TextAt(h.Field)
					if !listed {
						text = c.Email
					}
					at = text[h.Ranges[0][0]:h.Ranges[0][1]]
				}
			}
			require.Equal(t, test.at, at, "%s: %v", test.query, a.Hits[0].Highlights)
		}
		like, err := x.Similar(t.Context(), search.SimilarQuery{Sketch: contacts.Sketch{Name: "Grace Nkosi", Phone: "+46705550122"}, Limit: 3})
		require.NoError(t, err)
		require.EqualValues(t, 1, like.Hits[0].Ordinal)
		require.Equal(t, "phones[1]", like.Hits[0].Reasons[0].Field)
		require.Equal(t, "name", like.Hits[0].Reasons[1].Field, "the name is its own all the same")
		closeIndex(t, x)
	}
}

// TestFoundByWhatWasAbsorbed: who absorbed another is found by what that one
// was called and reached by, and the hit says so.
func TestFoundByWhatWasAbsorbed(t *testing.T) {
	r, dir := merged(t)
	for _, start := range []string{"from the records", "from the checkpoint"} {
		t.Run(start, func(t *testing.T) {
			x, _ := open(t, dir, r)
			defer closeIndex(t, x)
			require.NoError(t, x.text.WaitFor(context.Background(), r.Head()))
			for _, test := range []struct{ query, field, way, at string }{
				{"grace nkosi", "name", "exact", "Grace"},
				{"gracia lindqvist", "absorbed[1].name", "exact", "Gracia Lindqvist"},
				{"lindqvi", "absorbed[1].name", "prefix", "Lindqvi"},
				{"lindkvist", "absorbed[1].name", "sound", "Lindqvist"},
				{"lindqvits", "absorbed[1].name", "typo", "Lindqvist"},
				{"grace lindqvist", "absorbed[1].name", "exact", "Lindqvist"},
				{"lindqvist.g@harbour.example", "absorbed[1].email", "exact", "lindqvist.g@harbour.example"},
				{"lindqvist.g@harbor.example", "absorbed[1].email", "typo", "lindqvist.g@harbour.example"},
				{"nothing@but", "absorbed[0].email", "fragment", "nothing@but"},
				{"0122", "absorbed[1].phone", "digits", "0122"},
				{"+46 70 555 01 22", "absorbed[1].phone", "exact", "+46705550122"},
				{"old7788", "absorbed[1].identifier", "exact", "OLD-7788"},
			} {
				a := found(t, x, test.query)
				require.NotEmpty(t, a.Hits, test.query)
				require.EqualValues(t, 1, a.Hits[0].Ordinal, test.query)
				require.Equal(t, test.at, marked(r.People[1], a.Hits[0].Highlights, test.field, test.way), "%s: %v", test.query, a.Hits[0].Highlights)
			}
			require.EqualValues(t, 2, found(t, x, "gracia").Hits[0].Ordinal, "her own name before another's")

			s, err := x.Suggest(t.Context(), search.SuggestQuery{Text: "lindqv", Limit: 3})
			require.NoError(t, err)
			require.EqualValues(t, 1, s.Hits[0].Ordinal)

			like, err := x.Similar(t.Context(), search.SimilarQuery{Sketch: contacts.Sketch{Name: "Gracia Lindqvist", Email: "Lindqvist.G@harbour.example"}, Limit: 3})
			require.NoError(t, err)
			require.EqualValues(t, 1, like.Hits[0].Ordinal)

			present, absorbed, deleted := x.Resolve(roaring.BitmapOf(1, 2, 90, 91, 77))
			require.Equal(t, []uint32{1, 2}, present.ToArray())
			require.EqualValues(t, []uint64{2, 1}, []uint64{absorbed, deleted})
			present, absorbed, _ = x.Resolve(roaring.BitmapOf(2, 90, 91))
			require.Equal(t, []uint32{1, 2}, present.ToArray())
			require.EqualValues(t, 1, absorbed)
			require.Equal(t, "absorbed[1].email", like.Hits[0].Reasons[0].Field)
		})
	}

	x, _ := open(t, dir, r)
	defer closeIndex(t, x)
	alone := r.People[1].Clone()
	alone.Absorbed = nil
	r.People[1] = alone
	r.Tell(ledger.Change{
		Entity: fields.EntityContact, Op: ledger.OpUpdate, Ordinal: 1, Fields: []string{ledger.FieldAbsorbed}, Record: alone,
	})
	came := &contacts.Contact{Ordinal: 91, ID: uuid.New(), Type: contacts.TypeLead, Name: "Back Again"}
	r.People[91] = came
	r.Tell(ledger.Change{Entity: fields.EntityContact, Op: ledger.OpRestore, Ordinal: 91, Record: came})
	present, absorbed, deleted := x.Resolve(roaring.BitmapOf(91))
	require.Equal(t, []uint32{91}, present.ToArray())
	require.Zero(t, absorbed+deleted)
	r.Remove(1)
	_, _, deleted = x.Resolve(roaring.BitmapOf(90))
	require.EqualValues(t, 1, deleted, "whose survivor is gone")
	x.text.Wake()
	require.NoError(t, x.text.WaitFor(context.Background(), r.Head()))
	for _, query := range []string{"lindqvist", "lindqvist.g@harbour.example", "0122"} {
		for _, hit := range found(t, x, query).Hits {
			require.NotEqualValues(t, 1, hit.Ordinal, query)
		}
	}
}

// marked returns what a highlight marks first of a field found in a way.
func marked(c *contacts.Contact, highlights []fields.Highlight, field, way string) string {
	values := map[string]string{
		"name": c.Name, "absorbed[0].email": c.Absorbed[0].Email,
		"absorbed[1].name": c.Absorbed[1].Name, "absorbed[1].email": c.Absorbed[1].Email,
		"absorbed[1].phone": c.Absorbed[1].Phone, "absorbed[1].identifier": c.Absorbed[1].Identifier,
	}
	for _, h := range highlights {
		if h.Field == field && h.Way == way {
			return values[field][h.Ranges[0][0]:h.Ranges[0][1]]
		}
	}
	return ""
}

// found is the answer to a search for a text.
func found(t *testing.T, x *Index, text string) search.Answer {
	t.Helper()
	a, err := x.Search(t.Context(), search.Query{Text: text, Limit: 10, Env: everyone})
	require.NoError(t, err)
	return a
}

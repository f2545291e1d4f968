package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/indextest"
	"github.com/ndoto/kundi/ledger"
)

// village is a workspace with people that may be entered again, and thirty
// called John Smith.
func village(t testing.TB) (*mirror, map[uint32]string) {
	t.Helper()
	r := indextest.NewRecords()
	names := map[uint32]string{}
	add := func(key string, c contacts.Contact) {
		c.Ordinal, c.ID, c.Type = uint32(len(r.People)+1), uuid.New(), contacts.TypeLead
		r.People[c.Ordinal], names[c.Ordinal] = &c, key
	}
	r.Firms[1] = &companies.Company{Ordinal: 1, ID: uuid.New(), Name: "Northgate Farms"}
	r.Firms[2] = &companies.Company{Ordinal: 2, ID: uuid.New(), Name: "Office Ltd"}
	for i := range 29 {
		add(fmt.Sprintf("john%d", i), contacts.Contact{Name: "John Smith", Email: fmt.Sprintf("john.smith%d@post.example", i), Phone: fmt.Sprintf("+4477009%05d", i), Company: 2})
	}
	add("farmer", contacts.Contact{Name: "John Smith", Email: "jsm@northgate.example", Company: 1})
	add("robert", contacts.Contact{Name: "Robert Whitfield", Email: "r.whitfield@northgate.example", Phone: "+12025550143", Identifier: "CRM-417", Company: 1})
	add("ana", contacts.Contact{Name: "Ana Belén Ortega", Email: "ana.ortega@lumora.example", Phone: "+34612345678", City: "Sevilla"})
	add("anna", contacts.Contact{Name: "Anna Ortner", Email: "anna.ortner77@post.example", Phone: "+436641112223"})
	add("jurgen", contacts.Contact{Name: "Jürgen Müller-Lüdenscheid", Email: "jml@badewanne.example"})
	add("smyth", contacts.Contact{Name: "Philip Sanderson", Email: "psanderson@orchard.example", Phone: "+447700900123"})
	add("maria", contacts.Contact{Name: "Maria", Email: "m1@solo.example"})
	add("nameless", contacts.Contact{Email: "greta.holm@fjord.example"})
	x := newMirror(t, r)
	return x, names
}

func similar(t testing.TB, x *mirror, typed contacts.Sketch) []Likeness {
	t.Helper()
	sketch, faults := contacts.CheckSketch(ledger.NewSchema(fields.DefaultSettings(), nil, contacts.Kind, companies.Kind), typed)
	require.Empty(t, faults)
	a, err := x.Similar(context.Background(), SimilarQuery{Sketch: sketch, Limit: MaxSimilar})
	require.NoError(t, err)
	for i, hit := range a.Hits {
		require.GreaterOrEqual(t, hit.Score, Likely)
		require.LessOrEqual(t, hit.Score, 1.0)
		require.True(t, i == 0 || hit.Score <= a.Hits[i-1].Score, "highest first")
		require.NotEmpty(t, hit.Reasons)
	}
	return a.Hits
}

func TestSimilar(t *testing.T) {
	x, names := village(t)
	const certain, likely = 0.95, Likely
	for _, c := range []struct {
		what  string
		typed contacts.Sketch
		want  string // the first, "" for nobody
		from  float64
		to    float64
		field string // of the first reason
		way   string
	}{
		{"same e-mail but for case", contacts.Sketch{Email: "ANA.Ortega@lumora.example"}, "ana", certain, 1, "email", "exact"},
		{"a tag", contacts.Sketch{Email: "ana.ortega+news@lumora.example"}, "ana", certain, 1, "email", "form"},
		{"no dot", contacts.Sketch{Email: "anaortega@lumora.example"}, "ana", certain, 1, "email", "form"},
		{"a dot more", contacts.Sketch{Email: "p.sanderson@orchard.example"}, "smyth", certain, 1, "email", "form"},
		{"a typo in the domain", contacts.Sketch{Email: "ana.ortega@lumroa.example"}, "ana", 0.8, 0.95, "email", "typo"},
		{"a typo in the local part", contacts.Sketch{Email: "ana.ortga@lumora.example"}, "ana", 0.8, 0.95, "email", "typo"},
		{"another digit is another mailbox", contacts.Sketch{Email: "anna.ortner78@post.example"}, "", 0, 0, "", ""},
		{"local part elsewhere", contacts.Sketch{Email: "ana.ortega@other.example"}, "ana", 0.6, 0.8, "email", "local_part"},
		{"name and the same local part elsewhere, of that name", contacts.Sketch{Name: "Ana Ortega", Email: "ana.ortega@other.example"}, "ana", 0.8, certain, "name", "exact"},
		{"another way to make it of the name", contacts.Sketch{Name: "Philip Sanderson", Email: "psanderson@other.example"}, "smyth", 0.8, certain, "name", "exact"},
		{"name and the same local part elsewhere, with more", contacts.Sketch{Name: "Anna Ortner", Email: "anna.ortner77@other.example"}, "anna", certain, 1, "email", "local_part"},
		{"phone", contacts.Sketch{Phone: "+1 (202) 555-0143"}, "robert", certain, 1, "phone", "exact"},
		{"phone without country code", contacts.Sketch{Phone: "202-555-0143"}, "robert", certain, 1, "phone", "form"},
		{"phone with a trunk zero", contacts.Sketch{Phone: "07700 900123"}, "smyth", certain, 1, "phone", "form"},
		{"half a phone", contacts.Sketch{Phone: "20255"}, "", 0, 0, "", ""},
		{"identifier", contacts.Sketch{Identifier: "CRM-417"}, "robert", 0.99, 1, "identifier", "exact"},
		{"identifier in another case", contacts.Sketch{Identifier: "crm-417"}, "robert", certain, 0.99, "identifier", "form"},
		{"name", contacts.Sketch{Name: "Robert Whitfield"}, "robert", 0.9, certain, "name", "exact"},
		{"name in two fields", contacts.Sketch{FirstName: "robert", LastName: "WHITFIELD"}, "robert", 0.9, certain, "name", "exact"},
		{"name with a title", contacts.Sketch{Name: "Dr. Robert Whitfield"}, "robert", 0.9, certain, "name", "exact"},
		{"nickname", contacts.Sketch{Name: "Bob Whitfield"}, "robert", 0.8, certain, "name", "nickname"},
		{"sound", contacts.Sketch{Name: "Philip Sandersen"}, "smyth", 0.8, certain, "name", "sound"},
		{"typo", contacts.Sketch{Name: "Robert Whipfield"}, "robert", 0.8, certain, "name", "typo"},
		{"spelling", contacts.Sketch{Name: "Juergen Mueller Luedenscheid"}, "jurgen", 0.9, certain, "name", "exact"},
		{"without the middle name", contacts.Sketch{Name: "Ana Ortega"}, "ana", 0.8, certain, "name", "exact"},
		{"name with another e-mail", contacts.Sketch{Name: "Robert Whitfield", Email: "bob@elsewhere.example"}, "robert", 0.6, 0.9, "name", "exact"},
		{"name with another e-mail and phone", contacts.Sketch{Name: "Robert Whitfield", Email: "bob@elsewhere.example", Phone: "+12025550999"}, "", 0, 0, "", ""},
		{"first name alone", contacts.Sketch{Name: "Ana"}, "", 0, 0, "", ""},
		{"first name as the whole name", contacts.Sketch{Name: "Maria"}, "", 0, 0, "", ""},
		{"another last name", contacts.Sketch{Name: "Robert Ferreira"}, "", 0, 0, "", ""},
		{"a common name", contacts.Sketch{Name: "John Smith"}, "", 0, 0, "", ""},
		{"a common name at a company", contacts.Sketch{Name: "John Smith", Company: "northgate farms"}, "farmer", 0.6, 0.99, "name", "exact"},
		{"a common name at everybody's company", contacts.Sketch{Name: "John Smith", Company: "Office"}, "", 0, 0, "", ""},
		{"a common name with an e-mail of one", contacts.Sketch{Name: "John Smith", Email: "john.smith7@post.example"}, "john7", 0.99, 1, "email", "exact"},
		{"a taken e-mail under another name", contacts.Sketch{Name: "Wanjiru Kamau", Phone: "+254712345678", Identifier: "X", Email: "r.whitfield@northgate.example"}, "robert", likely, 0.8, "email", "exact"},
		{"a company alone", contacts.Sketch{Company: "Northgate Farms", City: "Sevilla"}, "", 0, 0, "", ""},
		{"nothing", contacts.Sketch{}, "", 0, 0, "", ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			hits := similar(t, x, c.typed)
			if c.want == "" {
				require.Empty(t, hits)
				return
			}
			require.NotEmpty(t, hits)
			require.Equal(t, c.want, names[hits[0].Ordinal])
			require.GreaterOrEqual(t, hits[0].Score, c.from)
			require.LessOrEqual(t, hits[0].Score, c.to)
			require.Equal(t, c.field, hits[0].Reasons[0].Field)
			require.Equal(t, c.way, hits[0].Reasons[0].Way)
			require.Len(t, hits, 1)
		})
	}
}

// Two contacts may each hold a part of what was typed.
func TestSimilarFindsEveryHolder(t *testing.T) {
	x, names := village(t)
	hits := similar(t, x, contacts.Sketch{Email: "ana.ortega@lumora.example", Phone: "+12025550143"})
	require.Len(t, hits, 2)
	require.ElementsMatch(t, []string{"ana", "robert"}, []string{names[hits[0].Ordinal], names[hits[1].Ordinal]})
}

// What a contact with an e-mail, phone or identifier is made of finds it, as
// good as certain, and before all others.
func TestSimilarFindsAContactByItsOwn(t *testing.T) {
	const people = 3_000
	r := town(people)
	x := newMirror(t, r)
	random := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		c := r.People[uint32(1+random.IntN(people))]
		hits := similar(t, x, contacts.Sketch{Name: c.Name, Email: c.Email, Phone: c.Phone})
		require.Equal(t, c.Ordinal, hits[0].Ordinal)
		require.Greater(t, hits[0].Score, 0.999)
	}
}

// Whatever is typed, the answer is within its bounds.
func FuzzSimilar(f *testing.F) {
	x, _ := village(f)
	schema := ledger.NewSchema(fields.DefaultSettings(), nil, contacts.Kind, companies.Kind)
	f.Add("Ana Ortega", "ana.ortega@lumora.example", "+34612345678", "CRM-417", "Northgate Farms")
	f.Add("Dr. \u200f*", "a+b+c@", "00 (0)", "", "王小明")
	f.Fuzz(func(t *testing.T, name, email, phone, identifier, company string) {
		sketch, faults := contacts.CheckSketch(schema, contacts.Sketch{Name: name, Email: email, Phone: phone, Identifier: identifier, Company: company, City: company})
		if len(faults) > 0 {
			return
		}
		a, err := x.Similar(t.Context(), SimilarQuery{Sketch: sketch, Limit: MaxSimilar})
		require.NoError(t, err)
		for _, hit := range a.Hits {
			require.True(t, hit.Score >= Likely && hit.Score <= 1, hit.Score)
		}
	})
}

package search

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index/indextest"
	"github.com/ndoto/kundi/index/text"
	"github.com/ndoto/kundi/ledger"
)

func search(t testing.TB, x *mirror, q string) Answer {
	t.Helper()
	a, err := x.Search(context.Background(), Query{Text: q, Limit: 10, Env: everyone})
	require.NoError(t, err)
	return a
}

func TestSearchRanks(t *testing.T) {
	x, _, names := newCrowd(t)
	for _, test := range []struct {
		what, query string
		want        []string // the first hits, in order
	}{
		{"whole name", "ana belén ortega", []string{"ana"}},
		{"any order and no accents", "ORTEGA belen ana", []string{"ana"}},
		{"part of the name", "ana ortega", []string{"ana"}},
		{"prefix of the last word", "ana ort", []string{"ana"}},
		{"prefix of every word", "an ort", []string{"anna", "ana"}},
		{"whole name before longer ones", "maria", []string{"maria", "mariah"}},
		{"typo", "ana ortrga", []string{"ana"}},
		{"typo in an unfinished word", "robert whitfei", []string{"robert"}},
		{"transposed letters", "roebrt whitfield", []string{"robert"}},
		{"two typos", "robert witfeild", []string{"robert"}},
		{"nickname before a stranger one letter away", "bob whitfield", []string{"robert"}},
		{"nickname before the beginning of another surname", "kate delacroix", []string{"kathryn", "delacroixel"}},
		{"an e-mail says no other word than the name", "mirembe remb", []string{"renb"}},
		{"domain that sounds like a name", "gamal okoro ", []string{"gamil"}},
		{"exact before nickname", "bob carter", []string{"bob", "bobo"}},
		{"formal name of a nickname", "robert carter", []string{"bob"}},
		{"sound before typo", "smith", []string{"smyth", "smirh"}},
		{"sounds of a whole name", "filip smith", []string{"smyth"}},
		{"sound with another initial", "catherine delacroix ", []string{"kathryn"}},
		{"umlaut as ue", "juergen mueller", []string{"jurgen"}},
		{"umlaut without dots", "jurgen muller", []string{"jurgen"}},
		{"umlaut as ae", "haemaelaeinen", []string{"hamalainen"}},
		{"hyphen left out", "müllerlüdenscheid", []string{"jurgen"}},
		{"apostrophe left out", "siobhan oneill", []string{"oneill"}},
		{"apostrophe as a space", "o neill", []string{"oneill"}},
		{"space left out", "robertwhitfield", []string{"robert"}},
		{"space left out around another name", "anaortega", []string{"ana"}},
		{"space too many", "whit field", []string{"robert"}},
		{"latin for cyrillic", "vladimir sokolov", []string{"vladimir"}},
		{"cyrillic", "соколов", []string{"vladimir"}},
		{"pinyin", "wang xiaoming", []string{"wang"}},
		{"characters of a given name in their order", "陈雨思", []string{"yusi", "siyu"}},
		{"chinese", "小明", []string{"wang"}},
		{"initial", "r whitfield", []string{"robert"}},
		{"title", "Mr. Robert Whitfield", []string{"robert"}},
		{"title without a full stop", "Señora Ana Ortega", []string{"ana"}},
		{"pet form with a typo", "pegyg ek", []string{"margaret"}},
		{"spaces left out of three names", "anabelenortega", []string{"ana"}},
		{"space in the wrong place", "zora yaek", []string{"ek", "zorayae"}},
		{"words that are no name", "please call back mister robert whitfield", []string{"robert"}},
		{"number of an identifier without its zeros", "417", []string{"robert"}},
		{"space left out before a short name", "zorayaek", []string{"ek", "zorayae"}},
		{"greek in latin", "alexis papadopoulos", []string{"alexis"}},
		{"mohammed in arabic", "mohammed", []string{"mohammed"}},
		{"arabic for a latin name", "يوسف", []string{"yusuf"}},
		{"nickname in cyrillic", "вова соколов", []string{"vladimir"}},
		{"country by code, and those who are not there", "moa se", []string{"swede", "finn"}},
		{"country by name", "Moa Rask Sweden", []string{"swede", "finn"}},
		{"unfinished country", "moa swed", []string{"swede"}},
		{"city that the contact is not in", "philip smyth sevilla", []string{"smyth"}},
		{"somebody of that surname before who works at a company of that name", "joe ashdown", []string{"ashdown", "employee"}},
		{"the end of a name", "edrike", []string{"hendrike"}},
		{"phone with a wrong digit", "+12025551143", []string{"robert"}},
		{"phone with digits in the wrong order", "07700 909123", []string{"smyth"}},
		{"number of an identifier", "00417", []string{"robert"}},
		{"part before the @ before longer ones", "anna.ortner77", []string{"anna"}},
		{"typo in a short part before the @", "jnl@badewanne.example", []string{"jurgen"}},
		{"extension", "+1 202 555 0143 ext. 12", []string{"robert"}},
		{"phone dialled from the United States", "011 44 7700 900123", []string{"smyth"}},
		{"trunk zero behind the country code", "0044 07700 900123", []string{"smyth"}},
		{"digits of another script", "٠١٥١ ٩٨٧٦٥٤٣٢", []string{"jurgen"}},
		{"company and first name", "northgate robert", []string{"robert"}},
		{"city and first name", "ana sevilla", []string{"ana"}},
		{"e-mail", "rw@elsewhere.example", []string{"rob"}},
		{"e-mail in capitals", "RW@ELSEWHERE.EXAMPLE", []string{"rob"}},
		{"unfinished e-mail", "r.whitfield@nor", []string{"robert"}},
		{"local part", "r.whitfield", []string{"robert"}},
		{"fragment of an e-mail", "na.ortner7", []string{"anna"}},
		{"fragment without punctuation", "hitfiel", []string{"robert"}},
		{"typo in the domain", "r.whitfield@nortgate.example", []string{"robert"}},
		{"typo in the local part", "r.whitfeld@northgate.example", []string{"robert"}},
		{"two typos in the local part", "r.whtifeild@northgate.example", []string{"robert"}},
		{"typos in both halves of the local part", "an_a.ortnner77@post.example", []string{"anna"}},
		{"without what follows a plus", "zo.rider@wheels.example", []string{"rider"}},
		{"with something else after the plus", "zorider+spam@wheels.example", []string{"rider"}},
		{"dots left out", "rwhitfield@northgate.example", []string{"robert"}},
		{"e-mail as it is said", "r dot whitfield at northgate dot example", []string{"robert"}},
		{"domain", "@badewanne.example", []string{"jurgen"}},
		{"e-mail of someone without a name", "greta holm", []string{"nameless"}},
		{"phone", "+12025550143", []string{"robert"}},
		{"phone as written", "+1 (202) 555-0143", []string{"robert"}},
		{"national phone", "0151 98765432", []string{"jurgen"}},
		{"phone with 00", "0049 151 98765432", []string{"jurgen"}},
		{"phone with a bracketed zero", "+44 (0)7700 900123", []string{"smyth"}},
		{"last digits", "0143", []string{"robert"}},
		{"inner digits", "1519876", []string{"jurgen"}},
		{"name and last digits", "philip 0123", []string{"smyth"}},
		{"identifier", "crm-00417", []string{"robert"}},
		{"one word that is nobody's", "robert zzyzx whitfield", []string{"robert"}},
		{"seen last comes first, visitors last", "tove lind", []string{"seen", "unseen", "visitor"}},
	} {
		t.Run(test.what, func(t *testing.T) {
			var got []string
			for _, h := range search(t, x, test.query).Hits {
				got = append(got, names[h.Ordinal])
			}
			require.GreaterOrEqual(t, len(got), len(test.want), "%q found %v", test.query, got)
			require.Equal(t, test.want, got[:len(test.want)], "%q", test.query)
		})
	}
}

func TestSearchSaysWhy(t *testing.T) {
	x, _, _ := newCrowd(t)
	for query, want := range map[string][]fields.Highlight{
		"bob whitfield": {
			{Field: "name", Way: "nickname", Ranges: [][2]int{{0, 6}}},
			{Field: "name", Way: "exact", Ranges: [][2]int{{7, 16}}},
		},
		"belen orte": {
			{Field: "name", Way: "exact", Ranges: [][2]int{{4, 10}}},
			{Field: "name", Way: "prefix", Ranges: [][2]int{{11, 15}}},
		},
		"0143":             {{Field: "phone", Way: "digits", Ranges: [][2]int{{8, 12}}}},
		"na.ortner7":       {{Field: "email", Way: "fragment", Ranges: [][2]int{{2, 12}}}},
		"badewanne jurgen": {{Field: "company.name", Way: "exact", Ranges: [][2]int{{0, 9}}}, {Field: "name", Way: "exact", Ranges: [][2]int{{0, 7}}}},
	} {
		require.Equal(t, want, search(t, x, query).Hits[0].Highlights, query)
	}
}

func TestSearchFiltersAndCounts(t *testing.T) {
	x, _, names := newCrowd(t)
	country, _ := x.source.Schema().Field("country")
	a, err := x.Search(t.Context(), Query{
		Text: "an", Limit: 10, Env: everyone, Facets: fields.CountValues(country),
		Filter: &filter.Filter{Root: &filter.Group{Rules: []filter.Node{
			&filter.Rule{Field: country, Operator: filter.Eq, Values: []fields.Value{fields.TextValue("AT")}},
		}}},
	})
	require.NoError(t, err)
	require.Len(t, a.Hits, 1)
	require.Equal(t, "anna", names[a.Hits[0].Ordinal])
	require.Equal(t, uint64(1), a.Total)
	require.True(t, a.Exact)
	require.Equal(t, []fields.FacetValue{{Value: fields.TextValue("AT"), Count: 1}}, a.Facets[0].Values)
}

func TestSearchPagesNeitherRepeatNorSkip(t *testing.T) {
	x, _, names := newCrowd(t)
	name, _ := x.source.Schema().Field("name")
	for _, test := range []struct {
		what  string
		order []fields.Sort
		want  []string
	}{
		{"by score", nil, []string{"seen", "unseen", "visitor"}},
		{"by name, then by ordinal", []fields.Sort{{Field: name}}, []string{"unseen", "seen", "visitor"}},
	} {
		t.Run(test.what, func(t *testing.T) {
			q := Query{Text: "tove lind", Limit: 1, Env: everyone, Sort: test.order}
			var got []string
			for {
				a, err := x.Search(t.Context(), q)
				require.NoError(t, err)
				require.Equal(t, uint64(3), a.Total)
				for _, h := range a.Hits {
					got = append(got, names[h.Ordinal])
				}
				if q.After = a.Next; a.Next == nil {
					break
				}
			}
			require.Equal(t, test.want, got)
		})
	}
}

// Of very many only some are ranked, but all are answered, once.
func TestSearchPagesThroughMoreThanAreRanked(t *testing.T) {
	r := indextest.NewRecords()
	people := uint32(2*searchEffort.ranked + 100)
	for i := uint32(1); i <= people; i++ {
		r.People[i] = &contacts.Contact{Ordinal: i, ID: uuid.New(), Name: fmt.Sprintf("Kim Nr%d", i), Email: fmt.Sprintf("k%d@x.example", i)}
	}
	r.People[people-1].Name = "Kim"
	x := newMirror(t, r)
	q := Query{Text: "kim", Limit: 99, Env: everyone}
	seen := map[uint32]bool{}
	for first := true; ; first = false {
		a, err := x.Search(t.Context(), q)
		require.NoError(t, err)
		require.Equal(t, uint64(people), a.Total)
		if first {
			require.Equal(t, uint32(people-1), a.Hits[0].Ordinal, "the whole name is among those ranked")
		}
		for _, h := range a.Hits {
			require.False(t, seen[h.Ordinal])
			seen[h.Ordinal] = true
		}
		if q.After = a.Next; a.Next == nil {
			break
		}
	}
	require.Len(t, seen, int(people))
}

// Who stays as he is comes once, though others come meanwhile who are ranked
// in the place of some.
func TestSearchPagesAreStableWhileOthersCome(t *testing.T) {
	r := indextest.NewRecords()
	people := uint32(searchEffort.ranked + 200)
	kim := func(ordinal uint32, seen int64) *contacts.Contact {
		return &contacts.Contact{
			Ordinal: ordinal, ID: uuid.New(), Name: fmt.Sprintf("Kim Nr%d", ordinal), Email: fmt.Sprintf("k%d@x.example", ordinal), LastSeenAt: time.UnixMilli(seen),
		}
	}
	for i := uint32(1); i <= people; i++ {
		r.People[i] = kim(i, int64(i%7)*1000)
	}
	x := newMirror(t, r)
	q := Query{Text: "kim", Limit: 50, Env: everyone}
	seen := map[uint32]bool{}
	for newcomer := people + 1; ; newcomer++ {
		a, err := x.Search(t.Context(), q)
		require.NoError(t, err)
		for _, h := range a.Hits {
			require.False(t, seen[h.Ordinal], h.Ordinal)
			seen[h.Ordinal] = true
		}
		if q.After = a.Next; a.Next == nil {
			break
		}
		for range 10 {
			c := kim(newcomer, 1e12)
			r.Mu.Lock()
			r.People[newcomer] = c
			r.Mu.Unlock()
			r.Tell(ledger.Change{Entity: fields.EntityContact, Op: ledger.OpCreate, Ordinal: newcomer, Record: c})
			newcomer++
		}
		q.MinSeq = r.Head()
	}
	for i := uint32(1); i <= people; i++ {
		require.True(t, seen[i], i)
	}
}

// The text index is what finds: with an empty one the columns alone find
// nobody, by any kind of query.
func TestCandidatesComeFromBleve(t *testing.T) {
	x, _, _ := newCrowd(t)
	none := indextest.NewRecords()
	nobody, err := text.Open(t.Context(), text.Options{Dir: t.TempDir(), Documents: text.ContactDocuments(none), Source: none, Pace: patient})
	require.NoError(t, err)
	built(t, nobody)
	full := x.Engine
	queries := []string{"ana", "an", "ortrga", "bob whitfield", "0143", "na.ortner7", "rw@elsewhere.example", "robertwhitfield", "crm-00417", "northgate robert"}
	for _, q := range queries {
		require.NotEmpty(t, search(t, x, q).Hits, q)
	}
	x.Engine = New(filtered{x.table}, nobody.Terms(), nobody, x.source.Schema)
	for _, q := range queries {
		require.Empty(t, search(t, x, q).Hits, q)
	}
	x.Engine = full
	require.NoError(t, nobody.Close(t.Context()))
}

func FuzzSearch(f *testing.F) {
	x, _, _ := newCrowd(f)
	for _, q := range hostile {
		f.Add(q)
	}
	for _, p := range crowd {
		f.Add(p.contact.Name)
		f.Add(p.contact.Email)
		f.Add(p.contact.Phone)
	}
	f.Fuzz(func(t *testing.T, q string) {
		a, err := x.Search(t.Context(), Query{Text: q, Limit: 10, Env: everyone})
		if err != nil {
			require.Equal(t, fault.KindInvalid, fault.KindOf(err))
			return
		}
		requireBounded(t, x, q)
		for _, h := range a.Hits {
			require.NotEmpty(t, h.Highlights)
			for _, l := range h.Highlights {
				for _, r := range l.Ranges {
					require.True(t, 0 <= r[0] && r[0] < r[1], fmt.Sprint(l))
				}
			}
		}
	})
}

func TestSearchWaitsForAChange(t *testing.T) {
	r := indextest.NewRecords()
	x := newMirror(t, r)
	r.Put(1, "KE")
	a, err := x.Search(t.Context(), Query{Text: "person1@example.com", Limit: 1, Env: everyone, MinSeq: 1})
	require.NoError(t, err)
	require.Len(t, a.Hits, 1)
	require.Equal(t, uint64(1), a.Seq)
	_, err = x.Search(t.Context(), Query{Text: "person1", MinSeq: 2})
	require.Equal(t, fault.KindInvalid, fault.KindOf(err))
}

// However many visitors were seen last, they come behind everyone who can be
// reached, on pages of hits and among suggestions.
func TestVisitorsComeLastAmongVeryMany(t *testing.T) {
	r := indextest.NewRecords()
	people := uint32(2 * searchEffort.ranked)
	for i := uint32(1); i <= people; i++ {
		c := &contacts.Contact{Ordinal: i, ID: uuid.New(), Name: "Kim", Type: contacts.TypeVisitor, LastSeenAt: time.UnixMilli(1e12)}
		if i%2 == 0 {
			c.Type, c.Email, c.LastSeenAt = contacts.TypeLead, fmt.Sprintf("k%d@x.example", i), time.Time{}
		}
		r.People[i] = c
	}
	x := newMirror(t, r)
	for _, q := range []string{"kim", "k"} {
		for _, hit := range suggest(t, x, q, 5) {
			require.Equal(t, contacts.TypeLead, r.People[hit.Ordinal].Type, q)
		}
	}
	q := Query{Text: "kim", Limit: 70, Env: everyone}
	var found []uint32
	for {
		a, err := x.Search(t.Context(), q)
		require.NoError(t, err)
		for _, h := range a.Hits {
			found = append(found, h.Ordinal)
		}
		if q.After = a.Next; a.Next == nil {
			break
		}
	}
	require.Len(t, found, int(people))
	for i, ordinal := range found {
		require.Equal(t, i >= int(people)/2, r.People[ordinal].Type == contacts.TypeVisitor, i)
	}
}

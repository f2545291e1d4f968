package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/index/indextest"
	"github.com/ndoto/kundi/index/text"
)

// benchPeople is the number of contacts that searches are measured over.
const benchPeople = 100_000

// town fills records with people whose names are made of syllables: some
// common, a fifth of all last names of one person alone.
func town(n int) *indextest.Records {
	random := rand.New(rand.NewPCG(1, 2))
	syllables := strings.Fields("ka ri mo ta len ber son mar vi del ro san chi wu zen pol ski ova nen ger man bur ley ton ham wick ford dal gren lun")
	name := func(kinds int) string {
		pick := rand.New(rand.NewPCG(7, uint64(random.IntN(kinds)*random.IntN(kinds)/kinds)))
		var b strings.Builder
		for range 2 + pick.IntN(3) {
			b.WriteString(syllables[pick.IntN(len(syllables))])
		}
		return b.String()
	}
	r := indextest.NewRecords()
	for i := uint32(1); i <= uint32(n); i++ {
		first, last := name(n/20), name(n/3)
		r.People[i] = &contacts.Contact{
			Ordinal: i, ID: uuid.New(), Type: contacts.TypeLead, Name: first + " " + last,
			Email: fmt.Sprintf("%s.%s%d@mail.example", first, last, i%1000), Phone: fmt.Sprintf("+49151%08d", random.IntN(1e8)),
		}
	}
	return r
}

func BenchmarkSearch(b *testing.B) {
	r := town(benchPeople)
	x := newMirror(b, r)
	slip := func(s string) string { return s[:len(s)/2] + "x" + s[len(s)/2+1:] }
	for _, kind := range []struct {
		name  string
		query func(first, last string) string
	}{
		{"exact", func(first, last string) string { return first + " " + last }},
		{"prefix", func(_, last string) string { return last[:4] }},
		{"one typo", func(_, last string) string { return slip(last) }},
		{"two words with a typo", func(first, last string) string { return first + " " + slip(last) }},
	} {
		b.Run(kind.name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				first, last, _ := strings.Cut(r.People[uint32(i*7919%benchPeople)+1].Name, " ")
				_, err := x.Search(context.Background(), Query{Text: kind.query(first, last), Limit: 10, Env: everyone})
				require.NoError(b, err)
			}
		})
	}
}

func BenchmarkTextBuild(b *testing.B) {
	r := town(benchPeople)
	for b.Loop() {
		x, err := text.Open(context.Background(), text.Options{Dir: b.TempDir(), Documents: text.ContactDocuments(r), Source: r})
		require.NoError(b, err)
		built(b, x)
		require.NoError(b, x.Close(context.Background()))
	}
	b.ReportMetric(float64(benchPeople*b.N)/b.Elapsed().Seconds(), "contacts/s")
}

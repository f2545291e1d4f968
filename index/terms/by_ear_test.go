package terms

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fixtures"
	"github.com/ndoto/kundi/words"
)

//go:embed testdata/by_ear.txt
var byEarLines string

// heardName is a name and how somebody wrote it who heard it.
type heardName struct{ language, name, spelling string }

func byEar() (out []heardName) {
	for line := range strings.Lines(byEarLines) {
		head, spellings, ok := strings.Cut(strings.ToLower(line), ":")
		if strings.HasPrefix(line, "#") || !ok {
			continue
		}
		who := strings.Fields(head)
		for spelling := range strings.SplitSeq(spellings, ",") {
			out = append(out, heardName{who[0], who[1], strings.TrimSpace(spelling)})
		}
	}
	return out
}

// crowdOfNames are the tokens of generated people and of the names that were heard.
func crowdOfNames(people int) []Entry {
	counts := map[string]uint32{}
	g := fixtures.New(11, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	for i := range people {
		p := g.Person(i)
		for _, token := range words.SearchTokens(p.Name + " " + p.Company) {
			counts[token.Text]++
		}
	}
	for _, h := range byEar() {
		counts[h.name] += 3
	}
	out := sorted(counts)
	slices.SortFunc(out, func(a, b Entry) int { return strings.Compare(a.Text, b.Text) })
	return out
}

// Of the names that people heard nearly all are found, most of them among the
// first. Those that are not, such as Chumley for Cholmondeley, are not read as they
// are spelt.
func TestNamesAreFoundByEar(t *testing.T) {
	terms := New(crowdOfNames(20_000))
	all, found, tenth, first := 0, 0, 0, 0
	var missed []string
	for _, h := range byEar() {
		if len(h.spelling) < minSound {
			continue
		}
		all++
		w := NewWord([]string{h.spelling}, false)
		costs := map[string]int{}
		for _, list := range [][]Expansion{terms.Known(w, 4), terms.Typos(w, false), terms.Sounds(w), terms.Typos(w, true)} {
			for _, e := range list {
				costs[e.Text] = e.Cost
			}
		}
		delete(costs, h.spelling)
		cost, ok := costs[h.name]
		if !ok {
			missed = append(missed, h.language+" "+h.name+" "+h.spelling)
			continue
		}
		nearer := 0
		for _, other := range costs {
			if other < cost {
				nearer++
			}
		}
		found++
		if nearer < 10 {
			tenth++
		}
		if nearer == 0 {
			first++
		}
	}
	summary := fmt.Sprintf("%d of %d: %d found, %d with fewer than ten nearer, %d with none; missed: %s", terms.Len(), all, found, tenth, first, strings.Join(missed, ", "))
	require.GreaterOrEqual(t, float64(found), 0.975*float64(all), summary)
	require.GreaterOrEqual(t, float64(tenth), 0.94*float64(all), summary)
	require.GreaterOrEqual(t, float64(first), 0.62*float64(all), summary)
}

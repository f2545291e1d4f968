package columns

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
)

// inTurn returns the keys of a column in the order that is kept.
func inTurn(c *textColumn) []string {
	keys := []string{}
	for code := range c.sorting.codes.between(codePlace{}, c.sorting.codes.end()) {
		keys = append(keys, c.folds.key(code))
	}
	return keys
}

// inUse returns the keys of a column, sorted.
func inUse(c *textColumn) []string {
	keys := []string{}
	for _, code := range c.folds.all() {
		keys = append(keys, c.folds.key(code))
	}
	slices.Sort(keys)
	return keys
}

// churn gives random rows other texts, or none.
func churn(r *rand.Rand, c *textColumn, rows, texts, times int) {
	for range times {
		v := fields.Value{}
		if r.IntN(4) > 0 {
			text := r.IntN(texts)
			v = fields.TextValue(fmt.Sprintf("%s begin %d", []string{"same", "other", "another"}[text%3], text))
		}
		c.set(uint32(r.IntN(rows)+1), v)
	}
}

func TestTheOrderOfTextsFollowsChanges(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	table := newTables(gramBatch)
	c := columnOf[*textColumn](table.people, "name")
	table.sort(c) // of nothing
	churn(r, c, 10_000, 8_000, 40_000)
	require.Greater(t, len(c.sorting.codes.leaves), 10)
	require.Equal(t, inUse(c), inTurn(c))

	keys := inUse(c)
	for _, key := range []string{"", "same begin 5", keys[0], keys[1234], keys[len(keys)-1], "t"} {
		at, _ := slices.BinarySearch(keys, key)
		rest := []string{}
		for code := range c.walk(false, &sortKey{kind: fields.KindText, text: key}) {
			rest = append(rest, c.folds.key(code))
		}
		require.Equal(t, keys[at:], rest, "from %q", key)
	}

	for row := range uint32(10_000) {
		c.set(row+1, fields.Value{})
	}
	require.Empty(t, c.sorting.codes.leaves)
}

// What changes while an order is made is in it.
func TestAnOrderIsMadeBesideChanges(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	table := newTables(gramBatch)
	c := columnOf[*textColumn](table.people, "name")
	churn(r, c, 60_000, 100_000, 100_000)
	var sorting sync.WaitGroup
	sorting.Go(func() { table.sort(c) })
	for done := false; !done; {
		table.mu.Lock()
		churn(r, c, 60_000, 100_000, 1)
		done = c.sorting.codes != nil
		table.mu.Unlock()
	}
	sorting.Wait()
	require.Equal(t, inUse(c), inTurn(c))
}

// A view asks for an order, which is then made by itself.
func TestAnOrderIsMadeOnceAskedFor(t *testing.T) {
	table := newTables(gramBatch)
	c := columnOf[*textColumn](table.people, "name")
	churn(rand.New(rand.NewPCG(3, 3)), c, 2*someTexts, 100*someTexts, 4*someTexts)
	require.Empty(t, table.view(func(*View) {}))
	ask := func(*View) { require.Nil(t, c.order()) }
	require.Equal(t, []*textColumn{c}, table.view(ask))
	table.sort(c)
	require.Empty(t, table.view(func(*View) { require.NotNil(t, c.order()) }))
}

// TestOrdersAreMadeAhead: of all texts but ids, if they are not few.
func TestOrdersAreMadeAhead(t *testing.T) {
	table := newTables(gramBatch)
	column := columnOf[*textColumn]
	id, city, email := column(table.people, "id"), column(table.people, "city"), column(table.people, "email")
	for row := range uint32(fewTexts + 10) {
		text := fields.TextValue(fmt.Sprint("text ", row))
		id.set(row+1, text)
		email.set(row+1, text)
		if row <= fewTexts {
			city.set(row+1, text)
		}
	}
	require.Equal(t, []*textColumn{email, city}, table.unsorted())
	city.set(1, fields.Value{}) // few are sorted when asked
	require.Equal(t, []*textColumn{email}, table.unsorted())
	table.SortAhead()
	require.Eventually(t, func() bool { return len(table.unsorted()) == 0 }, 10*time.Second, time.Millisecond)
	table.sorts.Lock() // until it is made
	defer table.sorts.Unlock()
	require.Equal(t, inUse(email), inTurn(email))
}

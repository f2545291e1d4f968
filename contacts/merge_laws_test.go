package contacts

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// drawnContact is somebody out of small pools, so that two have much in common.
func drawnContact(t *rapid.T, ordinal uint32) *Contact {
	word := func(name string, words ...string) string { return rapid.SampledFrom(words).Draw(t, name) }
	moment := func(name string) time.Time {
		if n := rapid.IntRange(0, 3).Draw(t, name); n > 0 {
			return memberDay.Add(time.Duration(n) * time.Hour)
		}
		return time.Time{}
	}
	list := func(name string, among ...string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(among), 0, 3, words.Canonical).Draw(t, name)
	}
	c := &Contact{
		Ordinal: ordinal, ID: ledger.ID{byte(ordinal)}, Type: rapid.SampledFrom(Types).Draw(t, "type"),
		Name: word("name", "", "Ada", "Bob"), FirstName: word("first", "", "Ada"), LastName: word("last", "", "King"),
		Email: word("email", "", "a@example.org", "A@Example.org", "b@example.org"), Phone: word("phone", "", "+254712345678", "+254722345678"),
		Identifier: word("identifier", "", "A-1", "a-1"), Country: word("country", "", "KE", "UG"), City: word("city", "", "Nairobi", "Kampala"),
		Company: rapid.Uint32Range(0, 2).Draw(t, "company"), Labels: list("labels", "vip", "VIP", "new", "press"), Channels: list("channels", "email", "sms", "voice"),
		Blocked: rapid.Bool().Draw(t, "blocked"), CreatedAt: moment("created"), UpdatedAt: moment("updated"), LastSeenAt: moment("seen"), Version: 7,
	}
	if c.Name == "" {
		c.Name = composeName(c)
	}
	slices.Sort(c.Channels)
	for number := range uint32(3) {
		if v := rapid.SampledFrom([]fields.Value{{}, {}, fields.TextValue("gold"), fields.TextValue("tin"), fields.ListValue([]string{"red"})}).Draw(t, "attribute"); !v.IsMissing() {
			c.Attributes = append(c.Attributes, fields.Attribute{Number: number + 1, Value: v})
		}
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "absorbed") {
		c.Absorbed = append(c.Absorbed, ledger.Absorbed{Ordinal: ordinal*10 + uint32(i), ID: ledger.ID{byte(ordinal), byte(i + 1)}, Name: "Eve", Phone: "+254733000111"})
	}
	return c
}

// The laws of merges: one that is undone at once leaves both as they were, the survivor
// loses nothing by one, and merging with somebody who has nothing gives nothing.
func TestLawsOfMerges(t *testing.T) {
	gave := 0
	now := memberDay.Add(24 * time.Hour)
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawnContact(t, 1), drawnContact(t, 2)
		if a.Name == "" && !a.Identified() {
			a.Name = "Ada"
		}
		resolveType(a)
		merge, err := newMerge(ledger.ID{9}, a, b, now)
		require.NoError(t, err)
		for i := range Kind.Fields {
			f := &Kind.Fields[i]
			if f.Get == nil || f.Type == fields.FieldInstant || f.Name == "type" || f.Name == "blocked" || f.Get(a).IsMissing() {
				continue
			}
			for _, member := range append(f.Get(a).List, f.Get(a).Text) {
				kept := f.Get(merge.After)
				require.True(t, kept.Text == member || slices.Contains(kept.List, member), "%s of the survivor", f.Name)
			}
		}
		if !Kind.Same(a, merge.After) {
			gave++
		}
		named := a
		if a.Name == "" {
			named = b
		}
		require.Equal(t, fullName(named), fullName(merge.After), "names go together")
		if city := merge.After.City; city != "" && merge.After.Country != "" {
			placed := func(c *Contact) bool { return c.City == city && (c.Country == "" || c.Country == merge.After.Country) }
			require.True(t, placed(a) || placed(b), "%s in %s is nobody's place", city, merge.After.Country)
		}
		after, restored := parted(merge, merge.After, now)
		require.True(t, Kind.Same(a, after), "%+v\n%+v", a, after)
		require.Equal(t, a.Blocked, after.Blocked)
		require.Len(t, after.Absorbed, len(a.Absorbed))
		require.Len(t, restored.Absorbed, len(b.Absorbed))
		require.True(t, Kind.Same(b, restored))

		nobody := &Contact{Ordinal: 3, ID: ledger.ID{3}, CreatedAt: a.CreatedAt}
		same := Kind.Combine(a, nobody)
		require.True(t, Kind.Same(a, same), "%+v\n%+v", a, same)
	})
	require.Positive(t, gave)
}

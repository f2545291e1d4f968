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

var smsChannel = fields.ChannelNamed("sms")

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
	if status := rapid.SampledFrom([]ConsentStatus{ConsentUnknown, Subscribed, Unsubscribed}).Draw(t, "consent"); status != ConsentUnknown {
		c.Consents = []Consent{{Channel: fields.ChannelNamed("sms"), Status: status, At: moment("said"), Proof: word("proof", "", "form 12")}}
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
		merge, err := newMerge(ledger.ID{9}, a, b, ledger.Choice{}, now)
		require.NoError(t, err)
		for i := range Kind.Fields {
			f := &Kind.Fields[i]
			if f.Get == nil || f.Type == fields.FieldInstant || f.Name == "type" || f.Name == "blocked" || f.Name == "reachable" || f.Merge.Fixed || f.Merge.With == "consent.sms" || f.Get(a).IsMissing() {
				continue
			}
			for _, member := range append(f.Get(a).List, f.Get(a).Text) {
				kept := f.Get(merge.After)
				require.True(t, kept.Text == member || slices.Contains(kept.List, member), "%s of the survivor", f.Name)
			}
		}
		consentA, consentB, united := a.Consent(smsChannel), b.Consent(smsChannel), merge.After.Consent(smsChannel)
		require.Equal(t, max(consentA.Status, consentB.Status), united.Status, "the stricter one")
		require.True(t, united == consentA || united == consentB, "as a whole")
		if consentA.Status == consentB.Status {
			require.False(t, united.At.Before(consentA.At) || united.At.Before(consentB.At), "the newer one")
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
		same := Kind.Combine(a, nobody, ledger.Choice{})
		require.True(t, Kind.Same(a, same), "%+v\n%+v", a, same)
	})
	require.Positive(t, gave)
}

// drawnChoice is some of what can be chosen.
func drawnChoice(t *rapid.T, s *fields.Schema) (choose map[string]any, chosen ledger.Choice) {
	choose = map[string]any{}
	for _, name := range rapid.SliceOfDistinct(rapid.SampledFrom(choosable), rapid.ID[string]).Draw(t, "choice") {
		choose[name] = "absorbed"
	}
	chosen, err := Kind.Chosen(s, choose)
	require.NoError(t, err)
	return choose, chosen
}

// choosable are the fields that a merge can be asked to take from the absorbed contact.
var choosable = func() (names []string) {
	for i := range Kind.Fields {
		if f := &Kind.Fields[i]; f.Same != nil && f.Standard.Settable() && !f.Merge.Fixed {
			names = append(names, f.Name)
		}
	}
	return append(names, "attributes.tier", "attributes.plan")
}()

// The laws of choices: the survivor has what was chosen where the other has it, nobody loses an
// address, and a merge that is undone at once leaves both as they were.
func TestLawsOfChoices(t *testing.T) {
	s := ledger.NewSchema(fields.DefaultSettings(), []*fields.AttributeDefinition{{Number: 1, Key: "tier", Type: fields.AttributeText}, {Number: 3, Key: "plan", Type: fields.AttributeText}}, Kind)
	now := memberDay.Add(24 * time.Hour)
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawnContact(t, 1), drawnContact(t, 2)
		for i, c := range []*Contact{a, b} {
			for n := range rapid.IntRange(0, 2).Draw(t, "more") {
				if c.Email != "" {
					c.MoreEmails = append(c.MoreEmails, Address{Value: []string{"family@example.org", "c@example.org"}[n], Shared: n == 0 || i == 1})
				}
			}
			if rapid.Bool().Draw(t, "identity") {
				c.Identities = []Identity{{Channel: fields.ChannelNamed("telegram"), SourceID: []string{"x", "y"}[i]}}
			}
			if c.Name == "" && !c.Identified() {
				c.Name = "Ada"
			}
			resolveType(c)
		}
		choose, chosen := drawnChoice(t, s)
		merge, err := newMerge(ledger.ID{9}, a, b, chosen, now)
		require.NoError(t, err)
		for name := range choose {
			f := Kind.Named(name)
			if f == nil || f.Get == nil || f.Name == "emails" || f.Name == "phones" || f.Name == "identities" || f.Get(b).IsMissing() {
				continue
			}
			if f.Name == "type" && b.Type == TypeVisitor {
				continue // who has an address is a lead
			}
			require.True(t, f.Get(b).Equal(f.Get(merge.After)), "%s: %v", name, f.Get(merge.After))
		}
		for number, key := range map[uint32]string{1: "attributes.tier", 3: "attributes.plan"} {
			if v := b.Attributes.Get(number); choose[key] != nil && !v.IsMissing() {
				require.Equal(t, v, merge.After.Attributes.Get(number))
			}
		}
		for _, k := range addressKinds {
			for _, had := range append(k.of(a), k.of(b)...) {
				require.GreaterOrEqual(t, k.find(k.of(merge.After), had.Value), 0, "an address is lost")
			}
		}
		require.Len(t, merge.After.Identities, len(a.Identities)+len(b.Identities))
		require.True(t, a.Company == 0 || merge.After.Company != 0)

		after, restored := parted(merge, merge.After, now)
		require.True(t, Kind.Same(a, after), "%v\n%+v\n%+v\n%+v", choose, a, merge.After, after)
		require.True(t, Kind.Same(b, restored), "%v\n%+v\n%+v", choose, b, restored)
		require.Equal(t, [2]uint32{a.EmailOf, a.PhoneOf}, [2]uint32{after.EmailOf, after.PhoneOf})
	})
}

// Each field that can be chosen is the absorbed contact's then, also where the survivor has a value.
func TestEveryFieldCanBeChosen(t *testing.T) {
	s := ledger.NewSchema(fields.DefaultSettings(), []*fields.AttributeDefinition{{Number: 1, Key: "tier", Type: fields.AttributeText}, {Number: 3, Key: "plan", Type: fields.AttributeText}}, Kind)
	now := memberDay.Add(24 * time.Hour)
	for _, name := range choosable {
		f := Kind.Named(name)
		if f == nil {
			continue // see TestLawsOfChoices
		}
		survivor, absorbed := filledContact(t, 0), filledContact(t, 1)
		absorbed.Ordinal, absorbed.Absorbed = 99, nil
		require.False(t, f.Same(survivor, absorbed), "%s tells nothing", name)
		chosen, err := Kind.Chosen(s, map[string]any{name: "absorbed"})
		require.NoError(t, err)
		merge, err := newMerge(ledger.ID{9}, survivor, absorbed, chosen, now)
		require.NoError(t, err)
		switch name {
		case "emails", "phones", "identities":
			require.Equal(t, f.Get(absorbed).List[0], f.Get(merge.After).List[0], name)
		case "company_id":
			require.Equal(t, absorbed.Company, merge.After.Company)
		default:
			require.True(t, f.Get(absorbed).Equal(f.Get(merge.After)), "%s: %v", name, f.Get(merge.After))
		}
		after, restored := parted(merge, merge.After, now)
		require.True(t, f.Same(survivor, after), name)
		require.True(t, f.Same(absorbed, restored), name)
		kept, err := Kind.Chosen(s, map[string]any{name: "survivor"})
		require.NoError(t, err)
		same, err := newMerge(ledger.ID{9}, survivor, absorbed, kept, now)
		require.NoError(t, err)
		plain, err := newMerge(ledger.ID{9}, survivor, absorbed, ledger.Choice{}, now)
		require.NoError(t, err)
		require.Equal(t, plain.After, same.After, name)
	}
}

package contacts

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The declaration of contacts says what these functions said, which it has replaced.

func oldAssign(c, base *Contact, a assignment) string {
	switch a.field.Name {
	case "type":
		if a.value.IsMissing() && base != nil {
			return "must not be emptied"
		}
		c.Type = Type(a.value.Text)
	case "name":
		c.Name = a.value.Text
	case "first_name":
		c.FirstName = a.value.Text
	case "last_name":
		c.LastName = a.value.Text
	case "email":
		c.Email = a.value.Text
	case "phone":
		c.Phone = a.value.Text
	case "identifier":
		c.Identifier = a.value.Text
	case "country":
		c.Country = a.value.Text
	case "city":
		c.City = a.value.Text
	case "labels":
		c.Labels = slices.Clone(a.value.List)
	case "channels":
		c.Channels = slices.Clone(a.value.List)
	case "last_seen_at":
		c.LastSeenAt = instantOf(a.value)
	case "created_at":
		return oldAssignCreatedAt(c, base, instantOf(a.value))
	}
	return ""
}

func oldAssignCreatedAt(c, base *Contact, t time.Time) string {
	if base != nil && !t.Equal(base.CreatedAt) {
		return "can be sent only when the contact is created"
	}
	c.CreatedAt = t
	return ""
}

func oldSize(c *Contact) int {
	n := len(c.Name) + len(c.FirstName) + len(c.LastName) + len(c.Email) + len(c.Phone) +
		len(c.Identifier) + len(c.Country) + len(c.City)
	for _, list := range [][]string{c.Labels, c.Channels} {
		n += sizeOf(list)
	}
	for i := range c.Absorbed {
		a := &c.Absorbed[i]
		n += len(a.Name) + len(a.Email) + len(a.Phone) + len(a.Identifier)
	}
	for i := range c.Attributes {
		n += len(c.Attributes[i].Value.Text) + sizeOf(c.Attributes[i].Value.List)
	}
	return n
}

func oldSame(a, b *Contact) bool {
	return a.Type == b.Type && a.Name == b.Name && a.FirstName == b.FirstName && a.LastName == b.LastName &&
		a.Email == b.Email && a.Phone == b.Phone && a.Identifier == b.Identifier &&
		a.Country == b.Country && a.City == b.City && a.Company == b.Company &&
		slices.Equal(a.Labels, b.Labels) && slices.Equal(a.Channels, b.Channels) &&
		a.CreatedAt.Equal(b.CreatedAt) && a.LastSeenAt.Equal(b.LastSeenAt) &&
		slices.EqualFunc(a.Attributes, b.Attributes, sameAttribute)
}

func oldOf(f Field, c *Contact, co *Company) Value {
	if f.Attribute != nil {
		v := c.Attributes.Get(f.Attribute.Number)
		if v.IsMissing() && f.Type == FieldCheckbox && !f.Attribute.ThreeState {
			return BoolValue(false)
		}
		return v
	}
	switch f.Name {
	case "id":
		return TextValue(c.ID.String())
	case "type":
		return TextValue(string(c.Type))
	case "name":
		return TextValue(c.Name)
	case "first_name":
		return TextValue(c.FirstName)
	case "last_name":
		return TextValue(c.LastName)
	case "email":
		return TextValue(c.Email)
	case "phone":
		return TextValue(c.Phone)
	case "identifier":
		return TextValue(c.Identifier)
	case "country":
		return TextValue(c.Country)
	case "city":
		return TextValue(c.City)
	case "company_id", "company.name":
		if co == nil {
			return Value{}
		}
		if f.Name == "company_id" {
			return TextValue(co.ID.String())
		}
		return TextValue(co.Name)
	case "labels":
		return ListValue(c.Labels)
	case "channels":
		return ListValue(c.Channels)
	case "blocked":
		return BoolValue(c.Blocked)
	case "created_at":
		return instantValue(c.CreatedAt)
	case "updated_at":
		return instantValue(c.UpdatedAt)
	case "last_seen_at":
		return instantValue(c.LastSeenAt)
	}
	return Value{}
}

func oldMerge(id ID, survivor, absorbed *Contact, now time.Time) (*Merge, error) {
	after := survivor.Clone()
	if after.Name == "" {
		after.Name, after.FirstName, after.LastName = absorbed.Name, absorbed.FirstName, absorbed.LastName
	}
	after.Email = firstOf(after.Email, absorbed.Email)
	after.Phone = firstOf(after.Phone, absorbed.Phone)
	after.Identifier = firstOf(after.Identifier, absorbed.Identifier)
	if after.City == "" && (after.Country == "" || after.Country == absorbed.Country) {
		after.City = absorbed.City // a city of another country is nobody's place
	}
	after.Country = firstOf(after.Country, absorbed.Country)
	after.Company = firstOf(after.Company, absorbed.Company)
	after.Labels = unite(after.Labels, absorbed.Labels)
	after.Channels = unite(after.Channels, absorbed.Channels)
	slices.Sort(after.Channels) // which is the order of the enumeration
	after.Attributes = absorbed.Attributes.merge(after.Attributes)
	after.Blocked = after.Blocked || absorbed.Blocked
	after.Type = Types[max(0, slices.Index(Types, after.Type), slices.Index(Types, absorbed.Type))]
	if absorbed.CreatedAt.Before(after.CreatedAt) {
		after.CreatedAt = absorbed.CreatedAt
	}
	if absorbed.LastSeenAt.After(after.LastSeenAt) {
		after.LastSeenAt = absorbed.LastSeenAt
	}
	after.Absorbed = append(after.Absorbed, absorbed.Absorbed...)
	kept := absorbed.self()
	kept.Merge, kept.MergedAt = id, now
	after.Absorbed = append(after.Absorbed, kept)
	after.UpdatedAt = now
	return &Merge{ID: id, Before: survivor, After: after, Absorbed: absorbed}, after.checkMerged()
}

func oldUndo(m *Merge, survivor *Contact, now time.Time) (after, restored *Contact) {
	restored = m.Absorbed.Clone()
	after = survivor.Clone()
	was, had, other := m.After, m.Before, m.Absorbed
	if after.Name == was.Name && after.FirstName == was.FirstName && after.LastName == was.LastName {
		after.Name, after.FirstName, after.LastName = had.Name, had.FirstName, had.LastName
	}
	after.Email = unlessChanged(after.Email, was.Email, had.Email)
	if other.Email != "" && CanonicalEmail(after.Email) == CanonicalEmail(other.Email) {
		after.Email = had.Email
	}
	after.Phone = unlessChanged(after.Phone, was.Phone, had.Phone)
	if other.Phone != "" && after.Phone == other.Phone {
		after.Phone = had.Phone
	}
	after.Identifier = unlessChanged(after.Identifier, was.Identifier, had.Identifier)
	if other.Identifier != "" && after.Identifier == other.Identifier {
		after.Identifier = had.Identifier
	}
	after.Country = unlessChanged(after.Country, was.Country, had.Country)
	after.City = unlessChanged(after.City, was.City, had.City)
	after.Company = unlessChanged(after.Company, was.Company, had.Company)
	after.Labels = without(after.Labels, without(was.Labels, had.Labels))
	after.Channels = without(after.Channels, without(was.Channels, had.Channels))
	after.Attributes = after.Attributes.undo(was.Attributes, had.Attributes)
	after.Blocked = unlessChanged(after.Blocked, was.Blocked, had.Blocked)
	restored.Blocked = restored.Blocked && survivor.Blocked // who has borne it
	after.Type = unlessChanged(after.Type, was.Type, had.Type)
	if after.CreatedAt.Equal(was.CreatedAt) {
		after.CreatedAt = had.CreatedAt
	}
	if after.LastSeenAt.Equal(was.LastSeenAt) {
		after.LastSeenAt = had.LastSeenAt
	}
	after.Absorbed = after.Absorbed[:len(after.Absorbed)-1-len(other.Absorbed)]
	if after.Name == "" && !after.Identified() {
		after.Name = survivor.Name // somebody took the rest away
	}
	settleType(after)
	after.UpdatedAt, restored.UpdatedAt = now, now
	return after, restored
}

func drawnContact(t *rapid.T, ordinal uint32) *Contact {
	word := func(name string, words ...string) string { return rapid.SampledFrom(words).Draw(t, name) }
	moment := func(name string) time.Time {
		if n := rapid.IntRange(0, 3).Draw(t, name); n > 0 {
			return memberDay.Add(time.Duration(n) * time.Hour)
		}
		return time.Time{}
	}
	list := func(name string, words ...string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(words), 0, 3, Canonical).Draw(t, name)
	}
	c := &Contact{
		Ordinal: ordinal, ID: ID{byte(ordinal)}, Type: rapid.SampledFrom(Types).Draw(t, "type"),
		Name: word("name", "", "Ada", "Bob"), FirstName: word("first", "", "Ada"), LastName: word("last", "", "King"),
		Email: word("email", "", "a@example.org", "A@Example.org", "b@example.org"), Phone: word("phone", "", "+254712345678", "+254722345678"),
		Identifier: word("identifier", "", "A-1", "a-1"), Country: word("country", "", "KE", "UG"), City: word("city", "", "Nairobi", "Kampala"),
		Company: rapid.Uint32Range(0, 2).Draw(t, "company"), Labels: list("labels", "vip", "VIP", "new", "press"), Channels: list("channels", "email", "sms", "voice"),
		Blocked: rapid.Bool().Draw(t, "blocked"), CreatedAt: moment("created"), UpdatedAt: moment("updated"), LastSeenAt: moment("seen"), Version: 7,
	}
	slices.Sort(c.Channels)
	for number := range uint32(3) {
		if v := rapid.SampledFrom([]Value{{}, {}, TextValue("gold"), TextValue("tin"), ListValue([]string{"red"})}).Draw(t, "attribute"); !v.IsMissing() {
			c.Attributes = append(c.Attributes, Attribute{number + 1, v})
		}
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "absorbed") {
		c.Absorbed = append(c.Absorbed, Absorbed{Ordinal: ordinal*10 + uint32(i), ID: ID{byte(ordinal), byte(i + 1)}, Name: "Eve", Phone: "+254733000111"})
	}
	return c
}

func TestDeclarationSaysWhatTheSwitchesSaid(t *testing.T) {
	companies := []*Company{nil, {ID: ID{1}, Name: "Acme"}}
	values := map[FieldType][]Value{
		FieldMany: {{}, ListValue([]string{"sms"})}, FieldInstant: {{}, instantValue(memberDay), instantValue(memberDay.Add(time.Hour))},
	}
	merges, edits := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawnContact(t, 1), drawnContact(t, 2)
		if rapid.Bool().Draw(t, "alike") {
			b = a.Clone()
			m := rapid.SampledFrom(members()).Draw(t, "member")
			m.setAny(b, rapid.IntRange(0, 1).Draw(t, "n"))
		}
		require.Equal(t, oldSame(a, b), contactKind.Same(a, b))
		require.Equal(t, oldSize(a)-len(a.Country), a.size())
		co := rapid.SampledFrom(companies).Draw(t, "of")
		for _, f := range StandardFields {
			require.Equal(t, oldOf(f, a, co), f.Of(a, co), f.Name)
			require.Equal(t, oldOf(f, a, co), Field{Name: f.Name, Type: f.Type}.Of(a, co), f.Name)
			if !f.Standard.Settable() || f.Name == "company_id" {
				continue
			}
			v := TextValue(rapid.SampledFrom([]string{"", "x"}).Draw(t, "value"))
			if pool := values[f.Type]; pool != nil {
				v = rapid.SampledFrom(pool).Draw(t, "value")
			}
			old, present := a.Clone(), a.Clone()
			base := rapid.SampledFrom([]*Contact{nil, a, b}).Draw(t, "base")
			fault := oldAssign(old, base, assignment{contactKind.named(f.Name), v})
			require.Equal(t, fault, contactKind.Assign(present, base, contactKind.named(f.Name), v), f.Name)
			if fault == "" {
				require.True(t, oldSame(old, present), f.Name)
			}
		}

		now := memberDay.Add(24 * time.Hour)
		was, oldErr := oldMerge(ID{9}, a, b, now)
		is, err := newMerge(ID{9}, a, b, now)
		require.Equal(t, oldErr, err)
		require.Equal(t, was, is)
		present := is.After.Clone()
		for range rapid.IntRange(0, 4).Draw(t, "edits") {
			m := rapid.SampledFrom(members()).Draw(t, "edited")
			if m.name != "Absorbed" {
				m.setAny(present, rapid.IntRange(0, 1).Draw(t, "edit"))
				edits++
			}
		}
		after, restored := oldUndo(was, present, now)
		gotAfter, gotRestored := is.undo(present, now)
		require.Equal(t, after, gotAfter)
		require.Equal(t, restored, gotRestored)
		merges++
	})
	t.Logf("%d merges with %d edits", merges, edits)
}

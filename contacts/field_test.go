package contacts

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// The tests of this file set every member of a Contact by reflection, so that a place
// that forgets one fails with its name. An exception says why it is one; one that is
// not needed fails too.

// member is a member of Contact.
type member struct {
	name  string
	index int
}

func members() (list []member) {
	for i := range reflect.TypeFor[Contact]().NumField() {
		list = append(list, member{reflect.TypeFor[Contact]().Field(i).Name, i})
	}
	return list
}

func (m member) of(c *Contact) any { return reflect.ValueOf(c).Elem().Field(m.index).Interface() }

// set gives the member its nth value.
func (m member) set(t *testing.T, c *Contact, n int) {
	t.Helper()
	values, known := memberValues[m.name]
	require.True(t, known, "Contact.%s has no values in memberValues", m.name)
	require.NotEqual(t, values[0], values[1], m.name)
	m.setAny(c, n)
}

func (m member) setAny(c *Contact, n int) {
	values := memberValues[m.name]
	value := reflect.ValueOf(values[n])
	if value.Kind() == reflect.Slice { // a copy, because each contact has its own
		value = reflect.AppendSlice(reflect.Zero(value.Type()), value)
	}
	reflect.ValueOf(c).Elem().Field(m.index).Set(value)
}

var memberDay = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

// memberValues are two values of every member of Contact, as they are stored.
var memberValues = map[string][2]any{
	"Ordinal":     {uint32(7), uint32(8)},
	"ID":          {ledger.ID{7}, ledger.ID{8}},
	"Type":        {TypeCustomer, TypeLead},
	"Name":        {"Amina Yusuf", "A. Yusuf"},
	"FirstName":   {"Amina", "A."},
	"LastName":    {"Yusuf", "Yusufu"},
	"Email":       {"amina@example.org", "yusuf@example.org"},
	"Phone":       {"+254712345678", "+254722345678"},
	"Identifier":  {"A-1", "A-22"},
	"Country":     {"KE", "UG"},
	"EmailShared": {true, false}, "PhoneShared": {true, false},
	"EmailOf": {uint32(5), uint32(6)}, "PhoneOf": {uint32(5), uint32(6)},
	"MoreEmails": {[]Address{{Value: "a2@example.org", Shared: true}, {Value: "a3@example.org"}}, []Address{{Value: "b2@example.org"}}},
	"MorePhones": {[]Address{{Value: "+254712345699"}}, []Address{{Value: "+254722345699", Shared: true}}},
	"Identities": {[]Identity{{Channel: fields.ChannelNamed("whatsapp"), SourceID: "1"}, {Channel: fields.ChannelNamed("live_chat"), SourceID: "a:b"}}, []Identity{{Channel: fields.ChannelNamed("line"), SourceID: "1"}}},
	"City":       {"Nairobi", "Kampala"},
	"Company":    {uint32(3), uint32(4)},
	"Labels":     {[]string{"vip", "press"}, []string{"new"}},
	"Channels":   {[]string{"email", "sms"}, []string{"voice"}},
	"Attributes": {fields.Attributes{{Number: 1, Value: fields.TextValue("gold")}, {Number: 2, Value: fields.ListValue([]string{"red"})}}, fields.Attributes{{Number: 1, Value: fields.TextValue("tin")}, {Number: 2, Value: fields.ListValue([]string{"blue"})}}},
	"Blocked":    {true, false}, "BlockReason": {"spam", "threats"}, "BlockUntil": {memberDay.AddDate(1, 0, 0), memberDay.AddDate(2, 0, 0)},
	"BlockedAt": {memberDay, memberDay.Add(time.Minute)}, "BlockSource": {ledger.SourceAgent, ledger.SourceSystem}, "BlockActor": {"me", "you"},
	"Consents":   {[]Consent{{Channel: fields.ChannelNamed("sms"), Status: Unsubscribed, At: memberDay, Source: ledger.SourceAgent, Name: "me", Proof: "form 12"}}, []Consent{{Channel: fields.ChannelNamed("sms"), Status: Subscribed, At: memberDay, Source: ledger.SourceAgent, Name: "me", Proof: "form 12"}}},
	"Suppressed": {[]Suppressed{{fields.ChannelNamed("sms"), "+254712345678"}}, []Suppressed{{fields.ChannelNamed("email"), "a2@example.org"}}},
	"Absorbed":   {[]ledger.Absorbed{{Ordinal: 5, ID: ledger.ID{5}, Name: "Eve", Email: "eve@example.org"}}, []ledger.Absorbed{{Ordinal: 6, ID: ledger.ID{6}, Phone: "+254733000111"}}},
	"CreatedAt":  {memberDay, memberDay.Add(-time.Hour)},
	"UpdatedAt":  {memberDay.Add(time.Hour), memberDay.Add(2 * time.Hour)},
	"LastSeenAt": {memberDay.Add(3 * time.Hour), memberDay.Add(4 * time.Hour)},
	"Version":    {uint64(11), uint64(12)},
}

// filledContact has the nth value of every member.
func filledContact(t *testing.T, n int) *Contact {
	t.Helper()
	c := &Contact{}
	for _, m := range members() {
		m.set(t, c, n)
	}
	return c
}

// exceptions are the members that a test leaves out, each with the reason.
type exceptions map[string]string

// holds checks what must be so of a member, and that it is not so of an exception.
func (e exceptions) holds(t *testing.T, m member, so bool, message string) {
	t.Helper()
	if why, excepted := e[m.name]; excepted {
		require.False(t, so, "Contact.%s needs no exception (%s)", m.name, why)
		return
	}
	require.True(t, so, "Contact.%s %s", m.name, message)
}

// Every member is in a field, with a getter and a setter that fit each other.
func TestEveryFieldIsDeclared(t *testing.T) {
	except := exceptions{
		"Ordinal": "given by the store", "Version": "given by the store",
		"Attributes": "declared by definitions", "Absorbed": "written by merges", "EmailOf": "of the address", "PhoneOf": "of the address",
		"BlockedAt": "said by the history of the block", "BlockSource": "likewise", "BlockActor": "likewise",
	}
	for _, m := range members() {
		a, b := &Contact{}, &Contact{}
		m.set(t, a, 0)
		m.set(t, b, 1)
		declared := 0
		for i := range Kind.Fields {
			f := &Kind.Fields[i]
			if f.Same == nil || f.Same(a, b) {
				continue
			}
			declared++
			if f.Get == nil {
				require.NotEqual(t, *f.Ref(a), *f.Ref(b), f.Name)
				continue
			}
			require.NotEqual(t, f.Get(a), f.Get(b), f.Name)
			if f.Set != nil {
				f.Set(b, f.Get(a))
				require.Equal(t, m.of(a), m.of(b), f.Name)
			}
		}
		require.LessOrEqual(t, declared, 1, "Contact.%s is in two fields", m.name)
		except.holds(t, m, declared == 1, "is in no field")
	}
}

// A PATCH that changes only one field must not be taken for one that changes nothing.
func TestEveryFieldIsCompared(t *testing.T) {
	except := exceptions{
		"Ordinal": "never changes", "ID": "never changes", "Version": "given by the store",
		"Blocked": "changed by Block only", "BlockReason": "likewise", "BlockUntil": "likewise", "BlockedAt": "likewise", "BlockSource": "likewise", "BlockActor": "likewise", "Suppressed": "follows from what is suppressed", "Absorbed": "changed by merges only", "UpdatedAt": "changes with every write",
		"EmailOf": "of the address", "PhoneOf": "of the address",
	}
	base := filledContact(t, 0)
	for _, m := range members() {
		other := base.Clone()
		m.set(t, other, 1)
		except.holds(t, m, !Kind.Same(base, other), "is left out where two states are compared")
	}
}

// What a contact holds of text is bounded, so every text must count.
func TestEveryTextIsMeasured(t *testing.T) {
	except := exceptions{
		"Ordinal": "a number", "ID": "of one length", "Company": "a number", "Version": "a number", "Type": "one of three words", "Country": "two letters",
		"Blocked": "no text", "Suppressed": "texts of the addresses", "EmailOf": "a number", "PhoneOf": "a number", "BlockUntil": "a time", "BlockedAt": "a time", "BlockSource": "one of a few words", "BlockActor": "as short as names of keys", "CreatedAt": "a time", "UpdatedAt": "a time", "LastSeenAt": "a time",
	}
	for _, m := range members() {
		c := &Contact{}
		m.set(t, c, 0)
		except.holds(t, m, c.Size() > 0, "does not count for the size of the text")
	}
}

// What older programs stored without cleaning is cleaned in every text that people write.
func TestEveryTextIsRenewed(t *testing.T) {
	except := exceptions{
		"Type": "one of three words", "Country": "two letters", "Channels": "closed words",
		"Email": "renewed as a claim", "Phone": "renewed as a claim", "Identifier": "renewed as a claim",
		"BlockReason": "written by newer programs only", "BlockSource": "one of a few words", "BlockActor": "written by newer programs only",
	}
	for _, m := range members() {
		c := &Contact{}
		field := reflect.ValueOf(c).Elem().Field(m.index)
		switch {
		case field.Kind() == reflect.String:
			field.SetString("a\u200bb")
		case m.name == "Attributes":
			field.Set(reflect.ValueOf(fields.Attributes{{Number: 1, Value: fields.TextValue("a\u200bb")}}))
		case m.name == "Absorbed":
			field.Set(reflect.ValueOf([]ledger.Absorbed{{Name: "a\u200bb"}}))
		case field.Kind() == reflect.Slice && field.Type().Elem().Kind() != reflect.String:
			continue // addresses and identities are newer than texts that were not cleaned
		case field.Kind() == reflect.Slice:
			field.Set(reflect.ValueOf([]string{"a\u200bb"}))
		default:
			continue // holds no text
		}
		changed := renewTexts(Kind, c, nil)
		except.holds(t, m, changed && !strings.Contains(fmt.Sprint(m.of(c)), "\u200b"), "is not renewed")
	}
}

// A contact is shared, so whoever changes a clone must not change the other.
func TestCloneSharesNothing(t *testing.T) {
	c, want := filledContact(t, 0), filledContact(t, 0)
	clone := c.Clone()
	require.Equal(t, want, clone)
	for _, m := range members() {
		if list := reflect.ValueOf(clone).Elem().Field(m.index); list.Kind() == reflect.Slice {
			list.Index(0).SetZero()
		}
		require.Equal(t, m.of(want), m.of(c), "Contact.%s is shared with the clone", m.name)
	}
}

// What only the absorbed contact has comes to the survivor, and goes back.
func TestEveryFieldIsMergedAndTakenBack(t *testing.T) {
	except := exceptions{
		"Ordinal": "its own", "ID": "its own", "Version": "given by the store", "UpdatedAt": "the time of the merge",
		"Absorbed": "the absorbed one is added", "MoreEmails": "each says with whom it came", "MorePhones": "each says with whom it came",
		"Identities": "each says with whom it came", "Suppressed": "looked up anew",
	}
	now := memberDay.Add(24 * time.Hour)
	absorbed := filledContact(t, 0)
	// Each lacks another identity, because somebody without any and without a name
	// keeps the name that a merge gave.
	for _, survivor := range []*Contact{
		{Ordinal: 1, ID: ledger.ID{1}, Type: TypeLead, Identifier: "S-1", CreatedAt: now, UpdatedAt: now},
		{Ordinal: 1, ID: ledger.ID{1}, Type: TypeLead, Email: "s@example.org", CreatedAt: now, UpdatedAt: now},
	} {
		merge, err := newMerge(ledger.ID{9}, survivor, absorbed, ledger.Choice{}, now)
		require.NoError(t, err)
		after, restored := parted(merge, merge.After, now.Add(time.Hour))
		for _, m := range members() {
			own := map[string]string{"Identifier": survivor.Identifier, "Email": survivor.Email, "EmailShared": survivor.Email, "EmailOf": survivor.Email}[m.name]
			if own != "" {
				require.Equal(t, m.of(survivor), m.of(merge.After), "Contact.%s of the survivor stays", m.name)
				continue
			}
			except.holds(t, m, reflect.DeepEqual(m.of(absorbed), m.of(merge.After)), "does not come from the absorbed contact")
			if m.name == "UpdatedAt" {
				continue
			}
			require.True(t, alike(m.of(survivor), m.of(after)), "Contact.%s is not taken back: %v", m.name, m.of(after))
			require.Equal(t, m.of(absorbed), m.of(restored), "Contact.%s of the absorbed contact", m.name)
		}
	}
}

// What somebody has changed since a merge stays when it is undone.
func TestEveryFieldStaysThatChangedSinceTheMerge(t *testing.T) {
	now := memberDay.Add(24 * time.Hour)
	survivor := &Contact{Ordinal: 1, ID: ledger.ID{1}, Type: TypeLead, Identifier: "S-1", CreatedAt: now, UpdatedAt: now}
	merge, err := newMerge(ledger.ID{9}, survivor, filledContact(t, 0), ledger.Choice{}, now)
	require.NoError(t, err)
	for _, m := range members() {
		if m.name == "UpdatedAt" || m.name == "Absorbed" { // of the undoing itself
			continue
		}
		if m.name == "MoreEmails" || m.name == "MorePhones" { // the first of them becomes the primary one
			continue
		}
		if m.name == "EmailOf" || m.name == "PhoneOf" { // goes with the address
			continue
		}
		present := merge.After.Clone()
		present.EmailOf, present.PhoneOf = 0, 0 // what somebody changes came with nobody
		m.set(t, present, 1)
		after, _ := parted(merge, present, now)
		require.Equal(t, m.of(present), m.of(after), "Contact.%s", m.name)
	}
}

// The absorbed contact gets each identity back, even where the survivor was given it as
// its own since: then the survivor gets back what it had before.
func TestEveryIdentityGoesBack(t *testing.T) {
	now := memberDay.Add(24 * time.Hour)
	for _, m := range members() {
		if m.name != "Email" && m.name != "Phone" && m.name != "Identifier" {
			continue
		}
		survivor, absorbed := filledContact(t, 0), filledContact(t, 1)
		for _, c := range []*Contact{survivor, absorbed} {
			c.EmailShared, c.PhoneShared = false, false // what is shared may be of both
		}
		merge, err := newMerge(ledger.ID{9}, survivor, absorbed, ledger.Choice{}, now)
		require.NoError(t, err)
		present := merge.After.Clone()
		m.set(t, present, 1)
		after, restored := parted(merge, present, now)
		require.Equal(t, m.of(survivor), m.of(after), "Contact.%s of the survivor", m.name)
		require.Equal(t, m.of(absorbed), m.of(restored), "Contact.%s of the absorbed contact", m.name)
	}
}

// alike says whether two values are the same, nil and empty lists included.
func alike(a, b any) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	if x.Kind() == reflect.Slice && x.Len() == 0 && y.Len() == 0 {
		return true
	}
	return reflect.DeepEqual(a, b)
}

// sentValues is what a caller sends for each standard field that a draft may have.
var sentValues = map[string]any{
	"type": "customer", "name": "Amina Yusuf", "first_name": "Amina", "last_name": "Yusuf", "email": "amina@example.org",
	"phone": "+254712345678", "identifier": "A-1", "country": "KE", "city": "Nairobi", "labels": []any{"vip"},
	"channels": []any{"sms"}, "identities": []any{map[string]any{"channel": "sms", "source_id": "1:b"}}, "last_seen_at": "2026-11-20T10:00:00.000Z", "created_at": "2026-11-20T10:00:00.000Z", "company_id": nil,
}

// A PATCH of one field writes it, and the same again changes nothing.
func TestEveryFieldIsPatched(t *testing.T) {
	for _, f := range StandardFields {
		if f.Standard.Access != fields.Writable { // which is for new contacts
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			w := newWorkbench(t)
			raw, known := sentValues[f.Name]
			if isConsent(Kind.Named(f.Name)) {
				raw, known = "unsubscribed", true
			}
			require.True(t, known, "no value in sentValues")
			c := w.mustCreate(fields.Draft{"name": "Somebody", "first_name": "Some", "last_name": "Body"})
			if f.Name == "company_id" {
				raw = w.companyNamed("Acme").ID.String()
			}
			sent := fields.Draft{f.Name: raw}
			if channel, ok := strings.CutPrefix(f.Name, ConsentPrefix); ok {
				sent = fields.Draft{"consent": map[string]any{channel: raw}}
			}
			r, err := w.Patch(t.Context(), tester, c.ID, sent, 0)
			require.NoError(t, err)
			require.Equal(t, ledger.StatusUpdated, r.Status)
			got, company, err := w.Get(t.Context(), c.ID)
			require.NoError(t, err)
			if f.Name == "identities" {
				require.Equal(t, "sms:1:b", got.Identities[0].String())
				return
			}
			require.Equal(t, fmt.Sprint(raw), fmt.Sprint(f.JSON(Kind.Named(f.Name).ValueOf(got, linked(company)))))
			again, err := w.Patch(t.Context(), tester, c.ID, sent, 0)
			require.NoError(t, err)
			require.Equal(t, ledger.StatusUnchanged, again.Status)
		})
	}
}

// companyNamed makes a company, by a contact that is in it.
func (w *workbench) companyNamed(name string) *ledger.Link {
	w.t.Helper()
	_, company, err := w.Get(w.t.Context(), w.mustCreate(fields.Draft{"name": "Colleague", "company": name}).ID)
	require.NoError(w.t, err)
	return company
}

// TestEveryTextHasItsLimit knows how long each standard field may be, in characters.
// What is not in the table is bounded by its form or its choices.
func TestEveryTextHasItsLimit(t *testing.T) {
	limits := map[string]int{"name": 500, "first_name": 200, "last_name": 200, "city": 200, "identifier": 255, "labels": 100}
	s := ledger.NewSchema(fields.DefaultSettings(), nil, Kind, companies.Kind)
	for _, f := range StandardFields {
		limit := limits[f.Name]
		if !f.Standard.Settable() || limit == 0 {
			require.Zero(t, limit, f.Name)
			require.False(t, f.Type == fields.FieldText && f.Standard.Settable(), "%s has no limit in the table", f.Name)
			continue
		}
		send := func(n int) any {
			if f.Type == fields.FieldMany {
				return []any{strings.Repeat("é", n)}
			}
			return strings.Repeat("é", n)
		}
		_, fault := s.Coerce(f, send(limit))
		require.Empty(t, fault, f.Name)
		_, fault = s.Coerce(f, send(limit+1))
		require.True(t, strings.HasSuffix(fault, fmt.Sprintf("must have at most %d characters", limit)), "%s: %s", f.Name, fault)
	}
}

package contacts

import (
	"slices"
	"strings"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/words"
)

// contactKind declares contacts. All that is said of a standard field of contacts stands
// here; its place in records (record.go) and in answers is written by hand, for speed.
//
// No function that a field calls may read StandardFields, which are made of it.
var contactKind = Declare(Kind[Contact]{
	Shape: Shape{
		Entity: fields.EntityContact, Plural: "contacts", Number: 0, Prefix: 'c', Version: contactRecord, History: true, OpOf: opOfContact, ValueClaim: ClaimContactValue,
		Unique: []Unique{
			{ClaimID, "id", "id"}, {ClaimEmail, "email", "e-mail"}, {ClaimPhone, "phone", "phone number"},
			{ClaimIdentifier, "identifier", "identifier"}, {ClaimMerge, "", "merge"}, // nobody chooses the id of a merge
		},
	},
	Stamp: func(c *Contact) Stamp {
		return Stamp{Ordinal: &c.Ordinal, ID: &c.ID, Version: &c.Version, UpdatedAt: &c.UpdatedAt}
	},
	Encode:      encodeContact,
	Decode:      decodeContact,
	Clone:       (*Contact).Clone,
	Claims:      (*Contact).Claims,
	HoldsClaim:  (*Contact).Holds,
	Older:       &Renewal[Contact]{Texts: renewTexts, Values: (*Contact).Renewable, Claimed: claimedForm, Renewed: renewedClaim},
	Attributes:  func(c *Contact) *fields.Attributes { return &c.Attributes },
	Labels:      labelsOf,
	Absorbed:    func(c *Contact) []Absorbed { return c.Absorbed },
	SetAbsorbed: func(c *Contact, list []Absorbed) { c.Absorbed = list },
	Fields: []FieldOf[Contact]{
		idField(func(c *Contact) *ID { return &c.ID }),
		choiceField("type", typeOf, required, oneOf(typeNames, "visitor, lead or customer")).Merged(furthestType),
		textField("name", func(c *Contact) *string { return &c.Name }, limit(fields.MaxNameLength)).Merged(names).ByWords(),
		textField("first_name", func(c *Contact) *string { return &c.FirstName }, limit(fields.MaxGivenLength)).DecidedWith("name"),
		textField("last_name", func(c *Contact) *string { return &c.LastName }, limit(fields.MaxGivenLength)).DecidedWith("name"),
		exactField("email", fields.FieldEmail, emailOf).Merged(identityMerge(emailOf, fields.CanonicalEmail)),
		exactField("phone", fields.FieldPhone, phoneOf).Merged(identityMerge(phoneOf, exactly)),
		exactField("identifier", fields.FieldID, identifierOf, limit(fields.MaxIdentifierLength)).Merged(identityMerge(identifierOf, exactly)),
		choiceField("country", countryOf).Merged(places),
		textField("city", cityOf, limit(fields.MaxCityLength)).DecidedWith("country"),
		relationField("company_id", fields.EntityCompany, func(c *Contact) *uint32 { return &c.Company }),
		shownField[Contact]("company.name", fields.EntityCompany, limit(fields.MaxCompanyLength)),
		listField("labels", labelsOf, limit(fields.MaxLabelLength)).Renewed(renewLabels),
		listField("channels", channelsOf, oneOf(Channels, "one of "+strings.Join(Channels, ", "))).Merged(channels),
		flagField("blocked", func(c *Contact) *bool { return &c.Blocked }, readOnly("cannot be sent; block or unblock the contact instead")),
		instantField("created_at", createdOf, atCreation).Merged(earliest(createdOf)),
		instantField("updated_at", func(c *Contact) *time.Time { return &c.UpdatedAt }, setByServer, quiet).Merged(own[Contact]()),
		instantField("last_seen_at", seenOf).Merged(latest(seenOf)),
		derivedField[Contact]("segment", fields.FieldSegment),
	},
})

// ContactKind is the kind of contacts.
var ContactKind = contactKind

// StandardFields are the fields that every contact has, in the order in which
// they are documented.
var StandardFields = contactKind.StandardFields()

// opOfContact is what history calls an update of a contact.
func opOfContact(changed []FieldChange) Op {
	switch {
	case len(changed) != 1 || changed[0].Field != "blocked":
		return OpUpdate
	case changed[0].New.Bool:
		return OpBlock
	}
	return OpUnblock
}

// typeNames are the types in rising order.
var typeNames = []string{string(TypeVisitor), string(TypeLead), string(TypeCustomer)}

func typeOf(c *Contact) *Type             { return &c.Type }
func emailOf(c *Contact) *string          { return &c.Email }
func phoneOf(c *Contact) *string          { return &c.Phone }
func identifierOf(c *Contact) *string     { return &c.Identifier }
func countryOf(c *Contact) *string        { return &c.Country }
func cityOf(c *Contact) *string           { return &c.City }
func labelsOf(c *Contact) *[]string       { return &c.Labels }
func channelsOf(c *Contact) *[]string     { return &c.Channels }
func createdOf(c *Contact) *time.Time     { return &c.CreatedAt }
func seenOf(c *Contact) *time.Time        { return &c.LastSeenAt }
func renewLabels(c *Contact)              { c.Labels = fields.RenewedList(c.Labels, words.CleanText) }
func fullName(c *Contact) [3]string       { return [3]string{c.Name, c.FirstName, c.LastName} }
func setFullName(c *Contact, n [3]string) { c.Name, c.FirstName, c.LastName = n[0], n[1], n[2] }

// furthestType is the type of the one who has come further.
var furthestType = MergePolicy[Contact]{
	Give: func(after, absorbed *Contact) {
		after.Type = Types[max(0, slices.Index(Types, after.Type), slices.Index(Types, absorbed.Type))]
	},
	Take: takeUnlessChanged(typeOf),
}

// names go together: somebody without a name gets all three, and gives them back unless
// one was changed.
var names = MergePolicy[Contact]{
	Give: func(after, absorbed *Contact) {
		if after.Name == "" {
			setFullName(after, fullName(absorbed))
		}
	},
	Take: func(now, merged, before, _ *Contact) {
		if fullName(now) == fullName(merged) {
			setFullName(now, fullName(before))
		}
	},
}

// places are the country and the city of a contact.
var places = placesOf(countryOf, cityOf)

// channels are united, in the order of the enumeration, which is alphabetical.
var channels = func() MergePolicy[Contact] {
	m := union(channelsOf)
	unite := m.Give
	m.Give = func(after, absorbed *Contact) {
		unite(after, absorbed)
		slices.Sort(after.Channels)
	}
	return m
}()

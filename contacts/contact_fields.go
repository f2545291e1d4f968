package contacts

import (
	"slices"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// Kind declares contacts. All that is said of a standard field of contacts stands
// here; its place in records (record.go) and in answers is written by hand, for speed.
//
// No function that a field calls may read StandardFields, which are made of it.
var Kind = ledger.Declare(ledger.Kind[Contact]{
	Shape: ledger.Shape{
		Entity: fields.EntityContact, Plural: "contacts", Number: 0, Prefix: 'c', Version: contactRecord, History: true, OpOf: opOfContact, RenewChange: renewChange, ValueClaim: ClaimValue,
		Reserved: []string{"company"},
		Unique: []ledger.Unique{
			{Claim: ClaimID, Field: "id", Noun: "id"}, {Claim: ClaimEmail, Field: "email", Noun: "e-mail"}, {Claim: ClaimPhone, Field: "phone", Noun: "phone number"},
			{Claim: ClaimIdentifier, Field: "identifier", Noun: "identifier"}, {Claim: ClaimMerge, Field: "", Noun: "merge"}, // nobody chooses the id of a merge
			{Claim: ClaimIdentity, Field: "identities", Noun: "identity"},
		},
	},
	Stamp: func(c *Contact) ledger.Stamp {
		return ledger.Stamp{Ordinal: &c.Ordinal, ID: &c.ID, Version: &c.Version, UpdatedAt: &c.UpdatedAt}
	},
	Encode:      encodeContact,
	Decode:      decodeContact,
	Clone:       (*Contact).Clone,
	Claims:      (*Contact).Claims,
	HoldsClaim:  (*Contact).Holds,
	Older:       &ledger.Renewal[Contact]{Texts: renewTexts, Values: (*Contact).Renewable, Claimed: claimedForm, Renewed: renewedClaim},
	Attributes:  func(c *Contact) *fields.Attributes { return &c.Attributes },
	Labels:      labelsOf,
	Aliases:     (*Contact).aliases,
	Absorbed:    func(c *Contact) []ledger.Absorbed { return c.Absorbed },
	SetAbsorbed: func(c *Contact, list []ledger.Absorbed) { c.Absorbed = list },
	Fields: slices.Concat([]ledger.FieldOf[Contact]{
		ledger.IDField(func(c *Contact) *ledger.ID { return &c.ID }),
		ledger.ChoiceField("type", typeOf, ledger.Required, ledger.OneOf(typeNames, "visitor, lead or customer")).Merged(furthestType),
		ledger.TextField("name", func(c *Contact) *string { return &c.Name }, ledger.Limit(fields.MaxNameLength)).Merged(names).ByWords(),
		ledger.TextField("first_name", func(c *Contact) *string { return &c.FirstName }, ledger.Limit(fields.MaxGivenLength)).DecidedWith("name"),
		ledger.TextField("last_name", func(c *Contact) *string { return &c.LastName }, ledger.Limit(fields.MaxGivenLength)).DecidedWith("name"),
		ledger.ExactField("email", fields.FieldEmail, emailOf).Merged(emails.merge()).AlsoOf(func(a *ledger.Absorbed) string { return a.Email }).WithMore(emails.others),
		ledger.ExactField("phone", fields.FieldPhone, phoneOf).Merged(phones.merge()).AlsoOf(func(a *ledger.Absorbed) string { return a.Phone }).WithMore(phones.others),
		ledger.ExactField("identifier", fields.FieldID, identifierOf, ledger.Limit(fields.MaxIdentifierLength)).Merged(ledger.IdentityMerge(identifierOf, ledger.Exactly)).AlsoOf(func(a *ledger.Absorbed) string { return a.Identifier }),
		emails.field(),
		phones.field(),
		identitiesField(),
		ledger.ChoiceField("country", countryOf).Merged(places),
		ledger.TextField("city", cityOf, ledger.Limit(fields.MaxCityLength)).DecidedWith("country"),
		ledger.RelationField("company_id", fields.EntityCompany, func(c *Contact) *uint32 { return &c.Company }).
			RolledUp(ledger.Rollup{Field: "contacts_count", By: ledger.CountOf}, ledger.Rollup{Field: "last_seen_at", By: ledger.GreatestOf, Of: "last_seen_at"}),
		ledger.ShownField[Contact]("company.name", fields.EntityCompany, ledger.Limit(fields.MaxCompanyLength)),
		ledger.ListField("labels", labelsOf, ledger.Limit(fields.MaxLabelLength)).Renewed(renewLabels),
		ledger.ListField("channels", channelsOf, ledger.OneOf(fields.Channels, fields.ExpectedChannel), ledger.Formerly(formerChannels)).Merged(channels),
		ledger.FlagField("blocked", func(c *Contact) *bool { return &c.Blocked }, ledger.ReadOnly(refusedBlock)).Merged(blocks),
		ledger.TextField("block.reason", func(c *Contact) *string { return &c.BlockReason }, ledger.Limit(MaxBlockReason), ledger.ReadOnly(refusedBlock), ledger.Unfiltered).DecidedWith("blocked"),
		ledger.InstantField("block.until", func(c *Contact) *time.Time { return &c.BlockUntil }, ledger.ReadOnly(refusedBlock), ledger.Unfiltered).DecidedWith("blocked"),
		ledger.InstantField("created_at", createdOf, ledger.AtCreation).Merged(ledger.Earliest(createdOf)),
		ledger.InstantField("updated_at", func(c *Contact) *time.Time { return &c.UpdatedAt }, ledger.SetByServer, ledger.Quiet).Merged(ledger.Own[Contact]()),
		ledger.InstantField("last_seen_at", seenOf).Merged(ledger.Latest(seenOf)),
		ledger.DerivedField[Contact]("conversations_count", fields.FieldNumber, ledger.Whole),
		ledger.DerivedField[Contact]("open_conversations", fields.FieldNumber, ledger.Whole),
		ledger.DerivedField[Contact]("last_message_at", fields.FieldInstant),
		ledger.DerivedField[Contact]("first_reply_at", fields.FieldInstant),
		ledger.DerivedField[Contact]("last_reply_at", fields.FieldInstant),
		ledger.BucketField("random_bucket", func(c *Contact) *ledger.ID { return &c.ID }),
		ledger.DerivedField[Contact]("segment", fields.FieldSegment),
		ledger.RelatedField[Contact]("conversations", fields.EntityConversation),
		ledger.RelatedField[Contact]("notes", fields.EntityNote),
		ledger.RelatedField[Contact]("campaign_events", fields.EntityCampaignEvent),
		reachableField(),
		suppressedField(),
	}, consentFields()),
})

// StandardFields are the fields that every contact has, in the order in which
// they are documented.
var StandardFields = Kind.StandardFields()

// opOfContact is what history calls an update of a contact.
func opOfContact(changed []ledger.FieldChange) ledger.Op {
	op := ledger.OpUpdate
	for i := range changed {
		switch c := &changed[i]; {
		case c.Field == "blocked" && c.New.Bool:
			op = ledger.OpBlock
		case c.Field == "blocked":
			op = ledger.OpUnblock
		case c.Field != "block.reason" && c.Field != "block.until":
			return ledger.OpUpdate
		}
	}
	return op
}

// renewChange gives the channels in older history their present names.
func renewChange(version byte, c *ledger.FieldChange) {
	if c.Field == "channels" && version < channelsRenamed {
		PresentChannels(c.Old.List)
		PresentChannels(c.New.List)
	}
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
var furthestType = ledger.MergePolicy[Contact]{
	Give: func(after, absorbed *Contact) {
		after.Type = Types[max(0, slices.Index(Types, after.Type), slices.Index(Types, absorbed.Type))]
	},
	Take: ledger.TakeUnlessChanged(typeOf),
}

// names go together: somebody without a name gets all three, and gives them back unless
// one was changed.
var names = ledger.MergePolicy[Contact]{
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
var places = ledger.PlacesOf(countryOf, cityOf)

// channels are united, in the order of the enumeration, which is alphabetical.
var channels = func() ledger.MergePolicy[Contact] {
	m := ledger.Union(channelsOf)
	unite := m.Give
	m.Give = func(after, absorbed *Contact) {
		unite(after, absorbed)
		slices.Sort(after.Channels)
	}
	take := m.Take
	m.Take = func(now, merged, before, absorbed *Contact) {
		take(now, merged, before, absorbed)
		slices.Sort(now.Channels)
	}
	return m
}()

package contacts

import (
	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/ledger"
)

// The fields of a contact. Numbers are never reused. The ordinal is in the
// key.
const (
	contactVersionNumber     = 1
	contactIDNumber          = 2
	contactTypeNumber        = 3
	contactNameNumber        = 4
	contactFirstNameNumber   = 5
	contactLastNameNumber    = 6
	contactEmailNumber       = 7
	contactPhoneNumber       = 8
	contactIdentifierNumber  = 9
	contactCountryNumber     = 10
	contactCompanyNumber     = 11
	contactLabelsNumber      = 12
	contactChannelsNumber    = 13
	contactAttributesNumber  = 14
	contactCreatedNumber     = 15
	contactUpdatedNumber     = 16
	contactLastSeenNumber    = 17
	contactCityNumber        = 18 // from version 2
	contactBlockedNumber     = 19 // from version 3
	contactAbsorbedNumber    = 20 // from version 3
	contactEmailsNumber      = 21 // the others; this and the next three from version 6
	contactPhonesNumber      = 22 // the others
	contactIdentitiesNumber  = 23
	contactSharedNumber      = 24 // a byte of flags: 1 the primary e-mail is shared, 2 the phone
	contactBlockReasonNumber = 25 // from version 8, like the other ones of the block
	contactEmailOfNumber     = 26 // with whom the primary e-mail came; from version 7, like the next
	contactPhoneOfNumber     = 27
	contactBlockUntilNumber  = 28
	contactBlockedAtNumber   = 29
	contactBlockSourceNumber = 30
	contactBlockActorNumber  = 31
	contactConsentsNumber    = 32 // from version 9, like the next
	contactSuppressedNumber  = 33
)

// contactRecord is the newest version of the records of contacts. A new field takes a
// new number and a new version, so that an older program refuses the record instead of
// dropping the field.
const contactRecord = 9

// channelsRenamed is the first version in which the channels web and phone are
// live_chat and voice.
const channelsRenamed = 5

// encodeContact returns the record of a contact.
func encodeContact(c *Contact) []byte {
	e := codec.New(contactRecord, 512+32*len(c.Attributes))
	e.UintField(contactVersionNumber, c.Version)
	e.Uvarint(contactIDNumber)
	e.ID(c.ID)
	e.TextField(contactTypeNumber, string(c.Type))
	e.TextField(contactNameNumber, c.Name)
	e.TextField(contactFirstNameNumber, c.FirstName)
	e.TextField(contactLastNameNumber, c.LastName)
	e.TextField(contactEmailNumber, c.Email)
	e.TextField(contactPhoneNumber, c.Phone)
	e.TextField(contactIdentifierNumber, c.Identifier)
	e.TextField(contactCountryNumber, c.Country)
	e.TextField(contactCityNumber, c.City)
	e.UintField(contactCompanyNumber, uint64(c.Company))
	e.ListField(contactLabelsNumber, c.Labels)
	e.ListField(contactChannelsNumber, c.Channels)
	e.AttributesField(contactAttributesNumber, c.Attributes)
	e.TimeField(contactCreatedNumber, c.CreatedAt)
	e.TimeField(contactUpdatedNumber, c.UpdatedAt)
	e.TimeField(contactLastSeenNumber, c.LastSeenAt)
	e.FlagField(contactBlockedNumber, c.Blocked)
	ledger.AbsorbedField(&e, contactAbsorbedNumber, c.Absorbed)
	addressesField(&e, contactEmailsNumber, c.MoreEmails)
	addressesField(&e, contactPhonesNumber, c.MorePhones)
	writeIdentities(&e, c.Identities)
	e.UintField(contactSharedNumber, sharedFlags(c))
	e.UintField(contactEmailOfNumber, uint64(c.EmailOf))
	e.UintField(contactPhoneOfNumber, uint64(c.PhoneOf))
	e.TextField(contactBlockReasonNumber, c.BlockReason)
	e.TimeField(contactBlockUntilNumber, c.BlockUntil)
	e.TimeField(contactBlockedAtNumber, c.BlockedAt)
	e.TextField(contactBlockSourceNumber, string(c.BlockSource))
	e.TextField(contactBlockActorNumber, c.BlockActor)
	writeConsents(&e, c.Consents)
	writeSuppressed(&e, c.Suppressed)
	return e.B
}

// decodeContact reads the record of the contact with a name.
func decodeContact(r ledger.Ref, record []byte) (*Contact, error) {
	d, err := codec.Open(record, contactRecord)
	if err != nil {
		return nil, err
	}
	c := &Contact{Ordinal: r.Ordinal}
	for field, ok := d.Next(); ok; field, ok = d.Next() {
		readContactField(&d, c, field)
	}
	if err := d.Err(); err != nil {
		return nil, err
	}
	return c, nil
}

// readContactField reads one field into c.
func readContactField(d *codec.Decoder, c *Contact, field uint64) {
	switch field {
	case contactVersionNumber:
		c.Version = d.Uvarint()
	case contactIDNumber:
		d.ID(&c.ID)
	case contactTypeNumber:
		c.Type = decodeType(d.Bytes())
	case contactNameNumber:
		c.Name = d.String()
	case contactFirstNameNumber:
		c.FirstName = d.String()
	case contactLastNameNumber:
		c.LastName = d.String()
	case contactEmailNumber:
		c.Email = d.String()
	case contactPhoneNumber:
		c.Phone = d.String()
	case contactIdentifierNumber:
		c.Identifier = d.String()
	case contactCountryNumber:
		c.Country = d.String()
	case contactCityNumber:
		c.City = d.String()
	case contactCompanyNumber:
		c.Company = d.Uint32()
	case contactLabelsNumber:
		c.Labels = d.Strings()
	case contactChannelsNumber:
		c.Channels = readChannels(d)
	case contactAttributesNumber:
		c.Attributes = d.Attributes()
	case contactCreatedNumber:
		c.CreatedAt = d.Time()
	case contactUpdatedNumber:
		c.UpdatedAt = d.Time()
	case contactLastSeenNumber:
		c.LastSeenAt = d.Time()
	case contactBlockedNumber:
		c.Blocked = d.Flag()
	case contactAbsorbedNumber:
		c.Absorbed = ledger.ReadAbsorbed(d)
	case contactEmailsNumber:
		c.MoreEmails = readAddresses(d)
	case contactPhonesNumber:
		c.MorePhones = readAddresses(d)
	case contactIdentitiesNumber:
		c.Identities = readIdentities(d)
	case contactSharedNumber:
		flags := d.Uvarint()
		c.EmailShared, c.PhoneShared = flags&emailSharedFlag != 0, flags&phoneSharedFlag != 0
	case contactEmailOfNumber:
		c.EmailOf = d.Uint32()
	case contactPhoneOfNumber:
		c.PhoneOf = d.Uint32()
	case contactBlockReasonNumber:
		c.BlockReason = d.String()
	case contactBlockUntilNumber:
		c.BlockUntil = d.Time()
	case contactBlockedAtNumber:
		c.BlockedAt = d.Time()
	case contactBlockSourceNumber:
		c.BlockSource = ledger.Source(d.String())
	case contactBlockActorNumber:
		c.BlockActor = d.String()
	case contactConsentsNumber:
		c.Consents = readConsents(d)
	case contactSuppressedNumber:
		c.Suppressed = readSuppressed(d)
	default:
		d.Fail()
	}
}

// readChannels reads names of channels, of older records under their present names.
func readChannels(d *codec.Decoder) []string {
	list := d.Strings()
	if d.Version() < channelsRenamed {
		PresentChannels(list)
	}
	return list
}

// decodeType avoids a copy of the types there are.
func decodeType(b []byte) Type {
	for _, t := range Types {
		if string(t) == string(b) {
			return t
		}
	}
	return Type(b)
}

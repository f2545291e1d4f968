package contacts

import (
	"slices"
	"strings"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// MaxAddresses is how many e-mails a contact may have, the primary one included, and how many
// phone numbers and identities.
const MaxAddresses = 50

// Address is an e-mail or a phone number of a contact.
type Address struct {
	Value string // as Contact.Email or Contact.Phone
	// Shared says that others may have it too: it claims nothing, and nobody is found by it
	// when something is written.
	Shared bool
	// Of is the ordinal of the merged contact that it came with, 0 for the contact's own.
	Of uint32
}

// addressKind is one of the two kinds of addresses: how a contact has them.
type addressKind struct {
	one, all string // the fields of the primary one and of all
	noun     string // for messages: "an e-mail"
	claim    ledger.ClaimKind
	form     func(value string) string // in which two are the same
	primary  func(*Contact) *string
	shared   func(*Contact) *bool
	origin   func(*Contact) *uint32    // with whom the primary one came, as Address.Of
	more     func(*Contact) *[]Address // the others, without the primary one; none where there is none
}

var (
	emails = &addressKind{
		one: "email", all: "emails", noun: "e-mail", claim: ClaimEmail, form: fields.ClaimedEmail, primary: emailOf,
		shared: func(c *Contact) *bool { return &c.EmailShared }, origin: func(c *Contact) *uint32 { return &c.EmailOf }, more: func(c *Contact) *[]Address { return &c.MoreEmails },
	}
	phones = &addressKind{
		one: "phone", all: "phones", noun: "phone number", claim: ClaimPhone, form: ledger.Exactly, primary: phoneOf,
		shared: func(c *Contact) *bool { return &c.PhoneShared }, origin: func(c *Contact) *uint32 { return &c.PhoneOf }, more: func(c *Contact) *[]Address { return &c.MorePhones },
	}
	addressKinds = []*addressKind{emails, phones}
)

// Emails returns all e-mails of a contact, the primary one first.
func (c *Contact) Emails() []Address { return emails.of(c) }

// Phones returns all phone numbers of a contact, the primary one first.
func (c *Contact) Phones() []Address { return phones.of(c) }

// of returns all addresses of a contact, the primary one first.
func (k *addressKind) of(c *Contact) []Address {
	primary := k.first(c)
	if primary.Value == "" && !primary.Shared && len(*k.more(c)) == 0 {
		return nil // a past state may still say with whom the present one came
	}
	return append([]Address{primary}, *k.more(c)...)
}

// first is the primary address of a contact, the zero one for none.
func (k *addressKind) first(c *Contact) Address {
	return Address{Value: *k.primary(c), Shared: *k.shared(c), Of: *k.origin(c)}
}

// others are the addresses but the primary one.
func (k *addressKind) others(c *Contact) []string {
	var list []string
	for _, a := range *k.more(c) {
		list = append(list, a.Value)
	}
	return list
}

// claims appends what a contact claims by its addresses.
func (k *addressKind) claims(c *Contact, list []ledger.Claim) []ledger.Claim {
	if *k.primary(c) != "" && !*k.shared(c) {
		list = append(list, k.claimOn(*k.primary(c)))
	}
	for _, a := range *k.more(c) {
		if !a.Shared {
			list = append(list, k.claimOn(a.Value))
		}
	}
	return list
}

func (k *addressKind) claimOn(value string) ledger.Claim {
	return ledger.Claim{Kind: k.claim, Value: k.form(value)}
}

// find returns the place of an address in a list, -1 for none.
func (k *addressKind) find(list []Address, value string) int {
	form := k.form(value)
	return slices.IndexFunc(list, func(a Address) bool { return k.form(a.Value) == form })
}

// put gives a contact addresses, of which the one at a place is the primary one.
func (k *addressKind) put(c *Contact, list []Address, primary int) {
	if len(list) == 0 {
		*k.primary(c), *k.shared(c), *k.origin(c), *k.more(c) = "", false, 0, nil
		return
	}
	*k.primary(c), *k.shared(c), *k.origin(c) = list[primary].Value, list[primary].Shared, list[primary].Of
	more := slices.Concat(list[:primary], list[primary+1:])
	if len(more) == 0 {
		more = nil
	}
	*k.more(c) = more
}

// setPrimary replaces the primary address. One of the others changes places with it. Without a
// value, the first of the others becomes the primary one.
func (k *addressKind) setPrimary(c *Contact, value string) {
	list := k.of(c)
	switch at := k.find(list, value); {
	case value == "" && len(list) > 0:
		k.put(c, list[1:], 0)
	case value == "":
	case at < 0:
		k.put(c, append([]Address{{Value: value}}, *k.more(c)...), 0)
	default:
		list[at].Value = value
		k.put(c, list, at)
	}
}

// replace gives a contact the addresses of a draft. Where it had one, it keeps with which merged
// contact that came.
func (k *addressKind) replace(c *Contact, sent *sentAddresses, p *Patch) {
	had, list, primary := k.of(c), slices.Clone(sent.list), sent.primary
	for i := range list {
		if at := k.find(had, list[i].Value); at >= 0 {
			list[i].Of = had[at].Of
			list[i].Shared = list[i].Shared || p.keepShared && had[at].Shared
		}
	}
	if at := k.find(list, *k.primary(c)); p.keepPrimary && !sent.said && at >= 0 {
		primary = at
	}
	k.put(c, list, primary)
}

// sharedMark stands behind a shared address in the history. No value has control characters.
const sharedMark = "\x00shared"

// texts are the addresses of a contact for the history.
func (k *addressKind) texts(c *Contact) []string {
	var list []string
	for _, a := range k.of(c) {
		if a.Shared {
			a.Value += sharedMark
		}
		list = append(list, a.Value)
	}
	return list
}

// AddressOf reads an address as the history has it in the fields emails and phones.
func AddressOf(text string) Address {
	value, shared := strings.CutSuffix(text, sharedMark)
	return Address{Value: value, Shared: shared}
}

// setTexts gives a contact the addresses of the history. The primary one comes from a field of
// its own.
func (k *addressKind) setTexts(c *Contact, texts []string) {
	*k.shared(c), *k.more(c) = false, nil
	for i, text := range texts {
		a := AddressOf(text)
		if i == 0 {
			*k.shared(c) = a.Shared
		} else {
			*k.more(c) = append(*k.more(c), a)
		}
	}
}

// same reports whether two contacts have the same addresses beside the primary one.
func (k *addressKind) same(a, b *Contact) bool {
	return *k.shared(a) == *k.shared(b) && slices.EqualFunc(*k.more(a), *k.more(b), func(a, b Address) bool {
		return a.Value == b.Value && a.Shared == b.Shared
	})
}

// field declares the field of all addresses of a kind.
func (k *addressKind) field() ledger.FieldOf[Contact] {
	return ledger.AddressesField(k.all, k.texts, k.setTexts, k.same, ledger.Unfiltered).DecidedWith(k.one)
}

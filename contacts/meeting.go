package contacts

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Who writes a message is a contact, or becomes one. The methods below are for those who keep
// messages.

// senderFields are the members of a sender, with the field as which each is read.
var senderFields = []struct {
	name  string
	field fields.Field // the standard field with the name where it is zero
	at    func(*ledger.Sender) *string
}{
	{"source_id", sourceID, func(s *ledger.Sender) *string { return &s.SourceID }},
	{"identifier", fields.Field{}, func(s *ledger.Sender) *string { return &s.Identifier }},
	{"email", fields.Field{}, func(s *ledger.Sender) *string { return &s.Email }},
	{"phone", fields.Field{}, func(s *ledger.Sender) *string { return &s.Phone }},
	{"name", fields.Field{}, func(s *ledger.Sender) *string { return &s.Name }},
}

// senderKeys are the members by which a sender is known, for messages.
const senderKeys = "source_id, identifier, email and phone"

// ReadSender reads a sender as it came: an object with at least one of source_id, identifier,
// email and phone, and a name. Each is read as when a contact is written. Paths of faults begin
// with "sender".
func (s *Service) ReadSender(channel fields.Channel, raw any) (ledger.Sender, []fault.Fault) {
	sender := ledger.Sender{Channel: channel}
	members, ok := raw.(map[string]any)
	if !ok {
		return sender, []fault.Fault{{Path: "sender", Detail: "must be an object with at least one of " + senderKeys}}
	}
	var faults []fault.Fault
	schema, known := s.store.Schema(), 0
	for _, m := range senderFields {
		raw, sent := members[m.name]
		if !sent {
			continue
		}
		known++
		f := m.field
		if f.Name == "" {
			f, _ = schema.Field(m.name)
		}
		v, wrong := schema.Coerce(f, raw)
		if wrong != "" {
			faults = append(faults, fault.Fault{Path: "sender." + m.name, Detail: wrong})
		}
		*m.at(&sender) = v.Text
	}
	if known < len(members) {
		faults = append(faults, fault.Fault{Path: "sender", Detail: "must have no other members than source_id, identifier, email, phone and name"})
	}
	if len(faults) == 0 && len(keysOf(sender)) == 0 {
		faults = append(faults, fault.Fault{Path: "sender", Detail: "must have at least one of " + senderKeys})
	}
	return sender, faults
}

// keysOf are the keys of a sender, in the order in which it is looked for by them.
func keysOf(s ledger.Sender) (keys []identity) {
	if s.SourceID != "" {
		keys = append(keys, identity{"identities", Identity{Channel: s.Channel, SourceID: s.SourceID}.claim()})
	}
	if s.Identifier != "" {
		keys = append(keys, identity{"identifier", ledger.Claim{Kind: ClaimIdentifier, Value: s.Identifier}})
	}
	if s.Email != "" {
		keys = append(keys, identity{emails.one, emails.claimOn(s.Email)})
	}
	if s.Phone != "" {
		keys = append(keys, identity{phones.one, phones.claimOn(s.Phone)})
	}
	return keys
}

// Meet returns the contact that a sender, of whom ReadSender found no fault, is: the one that has
// its channel identity, else its identifier, e-mail or phone number. Nobody is met by a shared
// address. There being none, it makes one, as any contact is made, though nothing is required of
// it; at is when the sender wrote.
//
// A contact that was found by something else gets the channel identity, if it has room for it,
// and an identifier, e-mail, phone number or name where it has none.
//
// Keys of different contacts are an error of fault.KindConflict that says which key named whom.
func (s *Service) Meet(tx ledger.Tx, sender ledger.Sender, now, at time.Time) (ledger.Met, error) {
	keys := keysOf(sender)
	found, by, err := find(tx, keys)
	if err == nil && found != nil && found.blockOver(now) {
		found, err = putBlockOf(tx, found, nil, now)
	}
	if err != nil {
		return ledger.Met{}, err
	}
	blocked, err := namesBlocked(tx, found, keys, now)
	switch {
	case err != nil:
		return ledger.Met{}, err
	case found == nil && blocked:
		return ledger.Met{Blocked: true}, nil
	case found == nil:
		return s.makeOf(tx, sender, now, at)
	}
	met := metAs(found, by)
	if met.Blocked = found.Blocked || blocked; met.Blocked {
		return met, nil
	}
	return met, s.learn(tx, found, met.Bearer, sender, now)
}

// Person returns the contact that an id means.
func (s *Service) Person(tx ledger.Tx, id ledger.ID) (ledger.Met, error) {
	claim := Kind.IDClaim(id)
	c, err := Kind.ByClaim(tx, claim)
	if err != nil {
		return ledger.Met{}, err
	}
	met := metAs(c, claim)
	met.Blocked = c.Blocked && !c.blockOver(s.instant())
	return met, nil
}

// Who returns the contacts that ordinals mean, in their order, nil for those that are gone.
func (s *Service) Who(ctx context.Context, r ledger.MeantReader, ordinals []uint32) ([]*ledger.Link, error) {
	list, err := Kind.ListMeant(ctx, r, ordinals)
	if err != nil {
		return nil, err
	}
	links := make([]*ledger.Link, len(list))
	for i, c := range list {
		if c != nil {
			links[i] = Kind.LinkOf(c)
		}
	}
	return links, nil
}

// metAs is a contact that was found by a claim.
func metAs(c *Contact, by ledger.Claim) ledger.Met {
	return ledger.Met{ID: c.ID, Ordinal: c.Ordinal, Ordinals: ledger.Ordinals(Kind, c), Bearer: c.Bearer(by)}
}

// find returns the one contact that has any of the keys, nil for none, with the first of them.
func find(tx ledger.Tx, keys []identity) (found *Contact, by ledger.Claim, err error) {
	var holders []ledger.Ref
	var named []fault.Named
	field := ""
	for _, key := range keys {
		holder, held, err := tx.Holder(key.claim)
		if err != nil {
			return nil, by, err
		}
		if !held {
			continue
		}
		if len(holders) == 0 {
			by = key.claim
		}
		c, err := Kind.At(tx, holder)
		if err != nil {
			return nil, by, err
		}
		named = append(named, fault.Named{Field: key.field, ContactID: c.ID})
		if !slices.Contains(holders, holder) {
			if holders = append(holders, holder); len(holders) == 2 {
				field = key.field // the first that disagrees
			}
			found = c
		}
	}
	if len(holders) < 2 {
		return found, by, nil
	}
	return nil, by, differ(tx, field, holders, named)
}

// differ is the conflict between keys that are of different contacts.
func differ(tx ledger.Tx, field string, holders []ledger.Ref, named []fault.Named) error {
	err := taken(tx, field, holders)
	if e, ok := err.(*fault.Error); ok && e.Kind == fault.KindConflict {
		e.Message, e.Named = "What is said of the sender names different contacts.", named
	}
	return err
}

// namesBlocked reports whether any of the keys, but those that the contact has, stays blocked.
func namesBlocked(tx ledger.Tx, c *Contact, keys []identity, now time.Time) (bool, error) {
	for _, key := range keys {
		if c != nil && c.Holds(key.claim) {
			continue
		}
		if _, blocked, err := staysBlocked(tx, key.claim, now); blocked || err != nil {
			return blocked, err
		}
	}
	return false, nil
}

// makeOf makes the contact of a sender that nobody is.
func (s *Service) makeOf(tx ledger.Tx, sender ledger.Sender, now, at time.Time) (ledger.Met, error) {
	patch := &Patch{schema: tx.Schema(), bare: true}
	assign := func(field string, v fields.Value) {
		patch.standard = append(patch.standard, assignment{Kind.Named(field), v})
	}
	for _, m := range senderFields {
		if text := *m.at(&sender); text != "" && m.field.Name == "" {
			assign(m.name, fields.TextValue(text))
		}
	}
	if sender.SourceID != "" {
		assign("identities", fields.ListValue([]string{Identity{Channel: sender.Channel, SourceID: sender.SourceID}.String()}))
	}
	if at.Before(now) {
		assign("created_at", fields.IntValue(at.UnixMilli()))
	}
	w := &writing{tx: tx, item: item{schema: patch.schema, patch: patch, now: now, id: s.newID()}, newID: s.newID, companies: s.companies}
	made, err := w.create()
	if err != nil {
		return ledger.Met{}, err
	}
	met := metAs(made.Contact, Kind.IDClaim(made.ID))
	met.Created = true
	return met, nil
}

// learn gives a contact what it lacks of a sender. What it has no room for it does not get, and
// the message comes all the same.
func (s *Service) learn(tx ledger.Tx, c *Contact, bearer uint32, sender ledger.Sender, now time.Time) error {
	after := c.Clone()
	of := bearer
	if of == c.Ordinal {
		of = 0
	}
	identity := Identity{Channel: sender.Channel, SourceID: sender.SourceID, Of: of}
	if identity.SourceID != "" && !slices.ContainsFunc(c.Identities, identity.is) && len(c.Identities) < MaxAddresses {
		after.Identities = append(after.Identities, identity)
	}
	fillFrom(after, sender, of)
	resolveType(after)
	if Kind.Same(c, after) || after.Size() > MaxContactSize {
		return nil
	}
	w := &writing{tx: tx, item: item{now: now}, newID: s.newID, companies: s.companies}
	_, err := w.put(c, after)
	return err
}

// fillFrom gives a contact what a sender says where it has none. of is the merged contact that
// the sender is, 0 for none: an identifier does not say with whom it came, so no undo could give
// it back, and the next message would be of two contacts.
func fillFrom(c *Contact, sender ledger.Sender, of uint32) {
	if sender.Email != "" && c.Email == "" {
		emails.put(c, []Address{{Value: sender.Email, Of: of}}, 0)
	}
	if sender.Phone != "" && c.Phone == "" {
		phones.put(c, []Address{{Value: sender.Phone, Of: of}}, 0)
	}
	if of == 0 {
		c.Identifier = cmp.Or(c.Identifier, sender.Identifier)
	}
	c.Name = cmp.Or(c.Name, sender.Name)
}

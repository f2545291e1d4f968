package contacts

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// maxSkew is how far the clock of who asks may be ahead.
const maxSkew = 5 * time.Minute

// GetAt returns a contact with its company (nil for none) as Get would have done at a
// moment: as it was after the last change, by number, whose time is not later. Ids mean what
// they meant then: that of a contact which was merged into another since means itself.
// Attributes whose definition is gone are left out, as everywhere. Of a company its id and
// name are known. Of a contact that it had absorbed, and that was taken from it again
// since, the id is.
//
// Errors are of fault.KindNotFound (nobody, or nobody yet, and of type "merged-then" when the
// contact was a part of another one at that time, and is one of its own now), fault.KindGone
// (the history does not reach back that far) and fault.KindInvalid (a moment to come).
func (s *Service) GetAt(ctx context.Context, id ID, at time.Time) (*Contact, *Company, error) {
	if at.After(s.now().Add(maxSkew)) {
		return nil, nil, fault.Invalid("invalid-request", "The moment is not valid.", []fault.Fault{{Path: "at", Detail: "must not be in the future"}})
	}
	present, company, err := s.meant(ctx, id, at)
	if err != nil {
		return nil, nil, err
	}
	since, err := s.HistorySince(ctx)
	if err != nil {
		return nil, nil, err
	}
	if at.Before(since) {
		return nil, nil, errHistoryGone(since)
	}
	if !present.UpdatedAt.After(at) {
		return present, company, nil // nothing has changed since; entries of older programs are a little later
	}
	p := newPast(s.store.Schema(), present, company, at)
	ended, err := s.walk(ctx, present, p.visit)
	if err == nil && ended {
		err = s.still(ctx, id)
	}
	if err != nil {
		return nil, nil, err
	}
	return p.contact, p.companyOf(), nil
}

// meant returns the contact that an id meant at a moment, in the newest state that there is
// of it: of one that was merged since, the one in which it was merged.
func (s *Service) meant(ctx context.Context, id ID, at time.Time) (*Contact, *Company, error) {
	c, company, err := s.Get(ctx, id)
	for err == nil && c.ID != id {
		i := slices.IndexFunc(c.Absorbed, func(a Absorbed) bool { return a.ID == id })
		if i < 0 {
			return nil, nil, fault.NotFound("contact") // it was parted and deleted meanwhile
		}
		var m *Merge[Contact]
		if m, err = contactKind.ReadMerge(ctx, s.store, c.Absorbed[i].Ordinal); err != nil {
			return nil, nil, err
		}
		if m == nil {
			return nil, nil, fault.NotFound("contact")
		}
		if at.Before(c.Absorbed[i].MergedAt) {
			company, err = s.companyOf(ctx, m.Absorbed)
			return m.Absorbed, company, err
		}
		id = m.After.ID
	}
	return c, company, err
}

// past is a contact on its way back in time.
type past struct {
	schema  *fields.Schema
	at      time.Time
	contact *Contact // its own
	company *Link    // nil for none
	parted  bool     // it was taken from another contact at the time of the entry before
}

func newPast(schema *fields.Schema, c *Contact, company *Company, at time.Time) *past {
	p := &past{schema: schema, at: at, contact: c.Clone()}
	if company != nil {
		p.company = &Link{ID: company.ID, Name: company.Name}
	}
	return p
}

// visit takes an entry back when it is of a later time, and ends at the first that is not.
func (p *past) visit(e *HistoryEntry) (more bool, err error) {
	if !e.At.After(p.at) {
		if e.Op == OpMerge && p.parted {
			return false, &fault.Error{
				Kind: fault.KindNotFound, Type: "merged-then",
				Message: "At that time the contact was merged into another one, which its id meant.",
			}
		}
		p.contact.UpdatedAt, p.contact.Version = e.At, e.Seq
		return false, nil
	}
	if e.Op == OpCreate {
		return false, &fault.Error{Kind: fault.KindNotFound, Type: "not-found", Message: "At that time there was no such contact yet."}
	}
	for i := range e.Changes {
		p.takeBack(&e.Changes[i], e.At)
	}
	p.parted = e.Op == OpRestore
	return true, nil
}

// takeBack gives a field the value that it had before a change.
func (p *past) takeBack(c *FieldChange, at time.Time) {
	switch f, former := FieldThen(p.schema, c, at); {
	case former || f == nil:
	case f.Attribute != nil:
		p.contact.Attributes = p.contact.Attributes.With(f.Attribute.Number, c.Old)
	case c.Field == FieldAbsorbed:
		p.contact.Absorbed = absorbedOnce(c.Old.List, p.contact.Absorbed)
	default:
		p.takeBackStandard(c)
	}
}

// takeBackStandard does so with a standard field. What shows the company comes behind the
// field that refers to it.
func (p *past) takeBackStandard(c *FieldChange) {
	switch d := contactKind.named(c.Field); {
	case d == nil:
	case d.Ref != nil:
		*d.Ref(p.contact), p.company = 0, nil
		if id, err := uuid.Parse(c.Old.Text); err == nil {
			p.company = &Link{ID: id}
		}
	case d.To != "" && p.company != nil:
		p.company.Name = c.Old.Text
	case d.Set != nil:
		d.Set(p.contact, c.Old)
	}
}

// absorbedOnce are those that a contact had absorbed, by their ids, with what is known of
// them now.
func absorbedOnce(ids []string, known []Absorbed) []Absorbed {
	var list []Absorbed
	for _, text := range ids {
		id, err := uuid.Parse(text)
		if err != nil {
			continue
		}
		a := Absorbed{ID: id}
		if i := slices.IndexFunc(known, func(k Absorbed) bool { return k.ID == id }); i >= 0 {
			a = known[i]
		}
		list = append(list, a)
	}
	return list
}

// companyOf is the company of that time, nil for none.
func (p *past) companyOf() *Company {
	if p.company == nil {
		return nil
	}
	return &Company{Ordinal: p.contact.Company, ID: p.company.ID, Name: p.company.Name}
}

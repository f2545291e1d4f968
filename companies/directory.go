package companies

import (
	"context"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// Directory finds companies for records that belong to them. A company that there is
// not is nil.
type Directory struct{}

// At returns the company that an ordinal means: nil also when it was deleted, which leaves
// those that belong to it as they are.
func (Directory) At(tx ledger.RecordTx, ordinal uint32) (*ledger.Link, error) {
	c, err := Kind.Meant(tx, ordinal)
	if err != nil || c == nil {
		return nil, err
	}
	return Kind.LinkOf(c), nil
}

// WithID returns the company that an id means.
func (Directory) WithID(tx ledger.Tx, id ledger.ID) (*ledger.Link, error) {
	return companyLink(Kind.ByID(tx, id))
}

// OfDomain returns the company that has a domain.
func (Directory) OfDomain(tx ledger.Tx, domain string) (*ledger.Link, error) {
	return companyLink(Kind.ByClaim(tx, ledger.Claim{Kind: ClaimDomain, Value: domain}))
}

// Named returns the company with a name. When there is none it makes one, which goes away
// with the last that belongs to it. It has the defaults of the attributes of companies.
// Nothing is required of it: who names it knows nothing else. It makes none of a name that is an
// id: then it returns nil.
func (Directory) Named(tx ledger.Tx, name string, now time.Time, newID func() ledger.ID) (*ledger.Link, error) {
	found, err := companyLink(Kind.ByClaim(tx, ledger.Claim{Kind: ClaimName, Value: words.Canonical(name)}))
	if err != nil || found != nil || ledger.IsID(name) {
		return found, err
	}
	made := &Company{ID: newID(), Name: name, CreatedAt: now, UpdatedAt: now}
	made.Attributes, _ = tx.Schema().Of(fields.EntityCompany).Complete(nil, nil, true, nil)
	return companyLink(made, Kind.Create(tx, made))
}

// Read returns the company that an ordinal means, in the newest durable state.
func (Directory) Read(ctx context.Context, r ledger.MeantReader, ordinal uint32) (*ledger.Link, error) {
	if ordinal == 0 {
		return nil, nil
	}
	list, err := Kind.ListMeant(ctx, r, []uint32{ordinal})
	if err != nil || list[0] == nil {
		return nil, err
	}
	return Kind.LinkOf(list[0]), nil
}

// ReadAt returns the company that an ordinal, or where that is 0 the id that is known, meant at
// a moment, with the name of then. Of one that was deleted since it returns what is known, or
// the id alone.
func (Directory) ReadAt(ctx context.Context, r ledger.Reader, ordinal uint32, known *ledger.Link, at time.Time) (*ledger.Link, error) {
	if ordinal == 0 && known != nil {
		holder, held, err := r.Holder(ctx, Kind.IDClaim(known.ID))
		if err != nil || !held {
			return known, err
		}
		if ordinal, err = ordinalWithID(ctx, r, holder.Ordinal, known.ID); err != nil {
			return nil, err
		}
	}
	if ordinal == 0 {
		return nil, nil
	}
	return pastIn(r).LinkAt(ctx, ordinal, at)
}

// Origins returns where that comes from what Read or ReadAt returned for an ordinal.
func (Directory) Origins(ctx context.Context, r ledger.Reader, ordinal uint32, company *ledger.Link) (ledger.LinkOrigins, error) {
	return pastIn(r).LinkOrigins(ctx, ordinal, company)
}

// pastIn is the past of companies as others ask for it.
func pastIn(r ledger.Reader) *ledger.Past[Company] {
	return ledger.NewPast(Kind, r, time.Now, nil, nil)
}

// ordinalWithID is the ordinal of the company with an id: that of the one which holds it, or
// of one that it has absorbed.
func ordinalWithID(ctx context.Context, r ledger.Records, holder uint32, id ledger.ID) (uint32, error) {
	list, err := Kind.List(ctx, r, []uint32{holder})
	if err != nil || list[0] == nil {
		return holder, err
	}
	for i := range list[0].Absorbed {
		if a := &list[0].Absorbed[i]; a.ID == id {
			return a.Ordinal, nil
		}
	}
	return holder, nil
}

// companyLink is what others show of a company, nil for one that was not found.
func companyLink(c *Company, err error) (*ledger.Link, error) {
	switch {
	case err == nil:
		return Kind.LinkOf(c), nil
	case fault.KindOf(err) == fault.KindNotFound:
		return nil, nil
	}
	return nil, err
}

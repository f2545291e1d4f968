package index

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/text"
	"github.com/ndoto/kundi/ledger"
)

// Verify compares the columns and the text indexes with every record of the
// store and returns what does not agree. It first waits until the text has
// applied the log. Nothing may be written to the store meanwhile. Progress,
// unless nil, is called with what is compared and how many so far.
func (x *Index) Verify(ctx context.Context, progress func(what string, done uint64)) ([]ledger.Difference, error) {
	if progress == nil {
		progress = func(string, uint64) {}
	}
	rows, err := x.verifyColumns(ctx, progress)
	if err != nil {
		return nil, err
	}
	if err := x.awaitText(ctx, progress); err != nil {
		return nil, err
	}
	for i, t := range x.texts() {
		what := [...]string{"text", "text of companies"}[i]
		words, err := t.Verify(ctx, func(done uint64) { progress(what, done) })
		if err != nil {
			return nil, err
		}
		rows = append(rows, words...)
	}
	return rows, nil
}

// awaitText waits for the text indexes, which may have to be built first.
func (x *Index) awaitText(ctx context.Context, progress func(string, uint64)) error {
	for _, t := range x.texts() {
		if err := x.await(ctx, t, progress); err != nil {
			return err
		}
	}
	return nil
}

// await waits for one of the text indexes.
func (x *Index) await(ctx context.Context, t *text.Index, progress func(string, uint64)) error {
	for {
		err := t.WaitFor(ctx, x.source.Head())
		if err == nil {
			var r *text.Reader
			if r, err = t.Reader(); err == nil {
				return r.Close()
			}
		}
		if fault.KindOf(err) != fault.KindUnavailable || ctx.Err() != nil {
			return err
		}
		progress("waiting for the text index", t.Applied())
	}
}

func (x *Index) verifyColumns(ctx context.Context, progress func(string, uint64)) ([]ledger.Difference, error) {
	var found ledger.Differences
	if x.Seq() != x.source.Head() {
		found.Add("head of the columns that is not the store's")
	}
	if err := x.verifyCompanies(ctx, &found); err != nil {
		return nil, err
	}
	if err := x.verifyContacts(ctx, &found, progress); err != nil {
		return nil, err
	}
	return found.List(), nil
}

func (x *Index) verifyCompanies(ctx context.Context, found *ledger.Differences) error {
	var left *roaring.Bitmap // rows whose company has not come by
	x.table.View(func(v *columns.View) { left = v.Of(fields.EntityCompany).Everyone() })
	err := x.eachCompanies(ctx, func(page []*companies.Company) {
		x.table.View(func(v *columns.View) {
			for _, c := range page {
				left.Remove(c.Ordinal)
				if v.CompanyDiffers(c) {
					found.Add("companies that the columns have otherwise", c.Ordinal)
				}
			}
		})
	})
	if err != nil {
		return err
	}
	for it := left.Iterator(); it.HasNext(); {
		found.Add("companies that the columns have and the store has not", it.Next())
	}
	return nil
}

func (x *Index) verifyContacts(ctx context.Context, found *ledger.Differences, progress func(string, uint64)) error {
	var left *roaring.Bitmap // rows whose contact has not come by
	x.table.View(func(v *columns.View) { left = v.Everyone() })
	done := uint64(0)
	err := x.eachContacts(ctx, func(page []*contacts.Contact) {
		x.table.View(func(v *columns.View) {
			for _, c := range page {
				left.Remove(c.Ordinal)
				for _, field := range v.Differs(c) {
					found.Add("contacts with another "+field+" in the columns", c.Ordinal)
				}
			}
		})
		done += uint64(len(page))
		progress("columns", done)
	})
	if err != nil {
		return err
	}
	for it := left.Iterator(); it.HasNext(); {
		found.Add("contacts that the columns have and the store has not", it.Next())
	}
	return nil
}

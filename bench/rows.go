package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/fixtures"
	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// Rows are the contacts of the comparison. Kundi's index reads them as its store; the
// other systems read them from a file.
type Rows struct {
	File string // CSV with header, columns as in csvHead, empty for none

	schema    *fields.Schema
	people    []*contacts.Contact  // by ordinal - 1
	companies []*companies.Company // likewise
}

var _ index.Source = (*Rows)(nil)

// newRows makes the contacts and writes the file.
func newRows(dir string, people *fixtures.Generator, total int) (*Rows, error) {
	r := &Rows{
		File:   filepath.Join(dir, "contacts.csv"),
		schema: ledger.NewSchema(fields.DefaultSettings(), fixtures.Definitions(), contacts.Kind, companies.Kind),
	}
	known := map[string]uint32{}
	for i := range total {
		person := people.Person(i)
		c := person.Contact(r.schema)
		c.Ordinal, c.ID = uint32(i+1), uuid.Must(uuid.NewV7())
		if name := person.Company; name != "" {
			if known[name] == 0 {
				known[name] = uint32(len(r.companies) + 1)
				r.companies = append(r.companies, &companies.Company{Ordinal: known[name], ID: uuid.Must(uuid.NewV7()), Name: name, CreatedAt: person.CreatedAt})
			}
			c.Company = known[name]
		}
		r.people = append(r.people, c)
	}
	return r, r.write()
}

// Schema implements index.Source.
func (r *Rows) Schema() *fields.Schema { return r.schema }

// Head implements index.Source. It is 1: one change has made everything.
func (r *Rows) Head() uint64 { return 1 }

// Sound implements index.Source. Rows in memory are always sound.
func (*Rows) Sound() error { return nil }

// Read implements index.Source.
func (r *Rows) Read(_ context.Context, of *ledger.Shape, refs []ledger.Ref, visit func(int, []byte) error) error {
	for i, ref := range refs {
		if ref.Ordinal == 0 || int(ref.Ordinal) > r.count(of) {
			continue
		}
		if err := visit(i, r.encoded(of, ref.Ordinal)); err != nil {
			return err
		}
	}
	return nil
}

// Scan implements index.Source.
func (r *Rows) Scan(_ context.Context, of *ledger.Shape, from ledger.Ref, limit int, visit func(ledger.Ref, []byte) error) error {
	first := max(int(from.Ordinal), 1)
	for ordinal := first; ordinal < first+limit && ordinal <= r.count(of); ordinal++ {
		ref := ledger.Ref{Ordinal: uint32(ordinal)}
		if err := visit(ref, r.encoded(of, ref.Ordinal)); err != nil {
			return err
		}
	}
	return nil
}

// Owned implements index.Source: nothing belongs to a row.
func (*Rows) Owned(context.Context, *ledger.Shape, []uint32, ledger.Window, func(ledger.Record) error) error {
	return nil
}

// WalkHistories implements index.Source: nothing has happened to a row.
func (*Rows) WalkHistories(context.Context, *ledger.Shape, uint32, uint32, func(uint32, *ledger.HistoryEntry) (bool, error)) error {
	return nil
}

// Redirects implements index.Source: none was merged.
func (*Rows) Redirects(_ context.Context, _ *ledger.Shape, ordinals []uint32) ([]ledger.Redirect, error) {
	return make([]ledger.Redirect, len(ordinals)), nil
}

// count is how many records of a kind there are: none but of contacts and companies.
func (r *Rows) count(of *ledger.Shape) int {
	switch of.Entity {
	case fields.EntityContact:
		return len(r.people)
	case fields.EntityCompany:
		return len(r.companies)
	}
	return 0
}

// changes returns a function that says, time after time, which contact is changed next, and to which mrr. All
// systems are given the same changes. Each makes the count of those who are worth something one smaller; when
// all are changed, they are changed back. It fails when nobody is counted.
func (r *Rows) changes() (next func() (id uint32, mrr int), err error) {
	tier, mrr := r.schema.Attribute("tier").Number, r.schema.Attribute("mrr").Number
	var counted []uint32
	for _, c := range r.people {
		worth := c.Attributes.Get(mrr).Int // in cents
		if c.Type == contacts.TypeCustomer && c.Country == "US" && c.Attributes.Get(tier).Text == "pro" && worth >= 50_00 && worth <= 500_00 {
			counted = append(counted, c.Ordinal)
		}
	}
	if len(counted) == 0 {
		return nil, errors.New("nobody to change among so few contacts")
	}
	n := 0
	return func() (uint32, int) {
		mrr := 10
		if n/len(counted)%2 == 1 {
			mrr = 100
		}
		n++
		return counted[(n-1)%len(counted)], mrr
	}, nil
}

// encoded is a row as the store would have it.
func (r *Rows) encoded(of *ledger.Shape, ordinal uint32) []byte {
	if of.Entity == fields.EntityCompany {
		return companies.Kind.Encode(r.companies[ordinal-1])
	}
	return contacts.Kind.Encode(r.people[ordinal-1])
}

// Changes implements index.Source. There are none.
func (*Rows) Changes(context.Context, uint64, int) ([]ledger.Change, error) { return nil, nil }

// Subscribe implements index.Source.
func (*Rows) Subscribe() (grown <-chan struct{}, cancel func()) {
	return make(chan struct{}), func() {}
}

// Columns of the file. Lists are joined by "|", instants are in UTC.
var csvHead = []string{
	"id", "public_id", "type", "name", "name_fold", "first_name", "last_name", "email", "phone", "identifier", "country", "city", "company",
	"labels", "channels", "created_at", "updated_at", "last_seen_at",
	"job_title", "seats", "mrr", "health", "website", "renewal_date", "tier", "interests", "newsletter", "marketing_consent",
}

// firstAttribute is where the attributes begin in csvHead.
const firstAttribute = 18

// write writes the file.
func (r *Rows) write() (err error) {
	file, err := os.Create(r.File)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	buffer := bufio.NewWriterSize(file, 1<<20)
	w := csv.NewWriter(buffer)
	if err := w.Write(csvHead); err != nil {
		return err
	}
	for _, c := range r.people {
		if err := w.Write(r.csvLine(c)); err != nil {
			return err
		}
	}
	w.Flush()
	return errors.Join(w.Error(), buffer.Flush())
}

// csvLine returns the line of a contact in the file.
func (r *Rows) csvLine(c *contacts.Contact) []string {
	company := ""
	if c.Company > 0 {
		company = r.companies[c.Company-1].Name
	}
	line := []string{
		strconv.Itoa(int(c.Ordinal)), c.ID.String(), string(c.Type), c.Name, words.Canonical(c.Name), c.FirstName, c.LastName,
		strings.ToLower(c.Email), c.Phone, c.Identifier, c.Country, c.City, company,
		strings.Join(c.Labels, "|"), strings.Join(c.Channels, "|"), instant(c.CreatedAt), instant(c.UpdatedAt), instant(c.LastSeenAt),
	}
	for _, key := range csvHead[firstAttribute:] {
		line = append(line, plain(r.schema, key, c))
	}
	return line
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05.000")
}

// plain writes the value of an attribute.
func plain(schema *fields.Schema, key string, c *contacts.Contact) string {
	a := schema.Attribute(key)
	v := c.Attributes.Get(a.Number)
	switch {
	case v.IsMissing():
		return ""
	case a.Type == fields.AttributeDate:
		return fields.FormatDay(v.Int)
	case a.Type == fields.AttributeCurrency:
		return big.NewRat(v.Int, 100).FloatString(2)
	}
	switch v.Kind {
	case fields.KindNumber:
		return strconv.FormatFloat(v.Float, 'f', -1, 64)
	case fields.KindBool:
		return strconv.FormatBool(v.Bool)
	case fields.KindList:
		return strings.Join(v.List, "|")
	}
	return v.Text
}

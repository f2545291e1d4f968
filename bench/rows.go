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

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/fixtures"
	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/words"
)

// Rows are the contacts, for Kundi's index to follow as its store and in a
// file for everybody else.
type Rows struct {
	File string // CSV with header, columns as in columns, empty for none

	schema    *fields.Schema
	people    []*contacts.Contact // by ordinal - 1
	companies []*contacts.Company // likewise
}

var _ index.Source = (*Rows)(nil)

// newRows invents the contacts and writes the file.
func newRows(dir string, people *fixtures.Generator, total int) (*Rows, error) {
	r := &Rows{
		File:   filepath.Join(dir, "contacts.csv"),
		schema: contacts.NewSchema(fields.DefaultSettings(), fixtures.Definitions()),
	}
	known := map[string]uint32{}
	for i := range total {
		person := people.Person(i)
		c := person.Contact(r.schema)
		c.Ordinal, c.ID = uint32(i+1), uuid.Must(uuid.NewV7())
		if name := person.Company; name != "" {
			if known[name] == 0 {
				known[name] = uint32(len(r.companies) + 1)
				r.companies = append(r.companies, &contacts.Company{Ordinal: known[name], ID: uuid.Must(uuid.NewV7()), Name: name, CreatedAt: person.CreatedAt})
			}
			c.Company = known[name]
		}
		r.people = append(r.people, c)
	}
	return r, r.write()
}

// Schema implements index.Source.
func (r *Rows) Schema() *fields.Schema { return r.schema }

// Head implements index.Source: one change made everything.
func (r *Rows) Head() uint64 { return 1 }

// Sound implements index.Source: rows in memory are.
func (*Rows) Sound() error { return nil }

// Contacts implements index.Source.
func (r *Rows) Contacts(_ context.Context, ordinals []uint32) ([]*contacts.Contact, error) {
	return pick(r.people, ordinals), nil
}

// Companies implements index.Source.
func (r *Rows) Companies(_ context.Context, ordinals []uint32) ([]*contacts.Company, error) {
	return pick(r.companies, ordinals), nil
}

// ScanContacts implements index.Source.
func (r *Rows) ScanContacts(_ context.Context, from uint32, limit int) ([]*contacts.Contact, error) {
	return page(r.people, from, limit), nil
}

// ScanCompanies implements index.Source.
func (r *Rows) ScanCompanies(_ context.Context, from uint32, limit int) ([]*contacts.Company, error) {
	return page(r.companies, from, limit), nil
}

// Changes implements index.Source: nothing changes.
func (*Rows) Changes(context.Context, uint64, int) ([]contacts.Change, error) { return nil, nil }

// Subscribe implements index.Source.
func (*Rows) Subscribe() (grown <-chan struct{}, cancel func()) {
	return make(chan struct{}), func() {}
}

// pick returns what has the ordinals, nil for none.
func pick[T any](list []*T, ordinals []uint32) []*T {
	out := make([]*T, len(ordinals))
	for i, ordinal := range ordinals {
		if ordinal > 0 && int(ordinal) <= len(list) {
			out[i] = list[ordinal-1]
		}
	}
	return out
}

// page returns up to limit from an ordinal on.
func page[T any](list []*T, from uint32, limit int) []*T {
	start := min(max(int(from), 1)-1, len(list))
	return list[start:min(start+limit, len(list))]
}

// Columns of the file. Lists are joined by "|", instants are in UTC.
var columns = []string{
	"id", "public_id", "type", "name", "name_fold", "first_name", "last_name", "email", "phone", "identifier", "country", "city", "company",
	"labels", "channels", "created_at", "updated_at", "last_seen_at",
	"job_title", "seats", "mrr", "health", "website", "renewal_date", "tier", "interests", "newsletter", "marketing_consent",
}

// firstAttribute is where the attributes begin among the columns.
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
	if err := w.Write(columns); err != nil {
		return err
	}
	for _, c := range r.people {
		if err := w.Write(r.record(c)); err != nil {
			return err
		}
	}
	w.Flush()
	return errors.Join(w.Error(), buffer.Flush())
}

// record is the line of a contact.
func (r *Rows) record(c *contacts.Contact) []string {
	company := ""
	if c.Company > 0 {
		company = r.companies[c.Company-1].Name
	}
	line := []string{
		strconv.Itoa(int(c.Ordinal)), c.ID.String(), string(c.Type), c.Name, words.Canonical(c.Name), c.FirstName, c.LastName,
		strings.ToLower(c.Email), c.Phone, c.Identifier, c.Country, c.City, company,
		strings.Join(c.Labels, "|"), strings.Join(c.Channels, "|"), instant(c.CreatedAt), instant(c.UpdatedAt), instant(c.LastSeenAt),
	}
	for _, key := range columns[firstAttribute:] {
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

package api

import (
	"bytes"
	"context"
	"slices"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/segments"
	"github.com/ndoto/kundi/sheets"
)

// valuesPage is how many members are read from the index at once.
const valuesPage = 1000

// memberValues makes a stream of fields that the index keeps as contacts have them: then no contact is read. It is for
// one goroutine.
type memberValues struct {
	index   Index
	members *segments.Members
	fields  []fields.Field // those that were chosen, id and, as the last one, blocked
	after   uint32         // the ordinal of the last member that was written
	page    []uint32
	values  index.Values
	text    bytes.Buffer
	rows    valueWriter // writes into text
}

// valueWriter writes contacts one by one, each as the values of memberValues.fields.
type valueWriter interface {
	writeValues(values []fields.Value) error
	flush() error
}

// newMemberValues makes a stream of members after an ordinal. It returns nil if the index does not keep all of the fields.
func (s *server) newMemberValues(media string, members *segments.Members, shown *projection, after uint32) (*memberValues, error) {
	schema := s.records.Schema()
	id, knownID := schema.Field("id")
	blocked, knownBlocked := schema.Field("blocked")
	if shown.all != nil || !knownID || !knownBlocked {
		return nil, nil
	}
	m := &memberValues{index: s.index, members: members, fields: append(slices.Clone(shown.fields), id, blocked), after: after}
	if !m.index.Values(nil, m.fields, &m.values) {
		return nil, nil
	}
	if media == wire.NDJSONMedia {
		m.rows = newJSONValues(&m.text, m.fields, len(shown.fields))
		return m, nil
	}
	rows := &csvRows{shown: shown, file: sheets.NewWriter(&m.text)}
	m.rows = rows
	return m, rows.head()
}

// next writes the next members into text, until that is a piece. more says that there are others behind them.
func (m *memberValues) next(ctx context.Context) (more bool, err error) {
	for more = true; more && m.text.Len() < streamBytes; {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if m.page, more = m.members.Ordinals(m.page[:0], m.after, valuesPage); len(m.page) == 0 {
			break
		}
		m.after = m.page[len(m.page)-1]
		if err := m.write(); err != nil {
			return false, err
		}
	}
	return more, m.rows.flush()
}

// write writes the members of a page.
func (m *memberValues) write() error {
	m.index.Values(m.page, m.fields, &m.values)
	for i := range m.values.Ordinals {
		values := m.values.Of(i)
		if blocked := values[len(values)-1].Bool; blocked && m.members.LeavesOutBlocked() {
			continue
		}
		if err := m.rows.writeValues(values); err != nil {
			return err
		}
	}
	return nil
}

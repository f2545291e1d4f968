package api

import (
	"bytes"
	"context"
	"io"
	"strconv"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/index"
)

// streamedPage is how many contacts the columns are asked for at once: often
// enough that a stream holds little, and rarely enough that the filter is not
// evaluated again all the time.
const streamedPage = 1_000

// streamContacts answers with every contact of a selection after a cursor.
func (q *question) streamContacts(ctx context.Context, media, operation, cursor string) (*wire.Stream, error) {
	page, _, err := q.page(ctx, operation, cursor, streamedPage)
	if err != nil {
		return nil, err
	}
	piece := &contactPiece{question: q, page: page}
	// A stream cannot be refused once it has begun, so all that it may have
	// count before.
	if err := q.server.countPeople(ctx, int(piece.page.Count)); err != nil {
		return nil, err
	}
	write := func(ctx context.Context, w io.Writer) (err error) {
		if piece.rows, err = newRowWriter(media, &piece.text, whole(q.schema)); err != nil {
			return err
		}
		return wire.SendPieces(ctx, w, &piece.text, piece.next)
	}
	return &wire.Stream{Media: media, Header: countOf(piece.page.Count), Write: write}, nil
}

// countOf is the header that says how many there are.
func countOf(n uint64) map[string]string {
	return map[string]string{wire.CountHeader: strconv.FormatUint(n, 10)}
}

// contactPiece makes a stream of contacts piece by piece.
type contactPiece struct {
	*question
	page index.Answer // the newest
	text bytes.Buffer
	rows rowWriter // writes into text
}

// next writes the next contacts into text, until that is a piece. more says that
// there are others behind them.
func (p *contactPiece) next(ctx context.Context) (more bool, err error) {
	for p.text.Len() < streamBytes {
		if len(p.page.Ordinals) == 0 {
			if p.page.Next == nil {
				return false, p.rows.flush()
			}
			if p.page, err = p.query(ctx, p.page.Next, streamedPage); err != nil {
				return false, err
			}
			continue
		}
		if err := p.write(ctx); err != nil {
			return false, err
		}
	}
	return true, p.rows.flush()
}

// write writes the first contacts of the page that are not written yet.
func (p *contactPiece) write(ctx context.Context) error {
	n := min(streamPage, len(p.page.Ordinals))
	list, err := contacts.Kind.List(ctx, p.server.records, p.page.Ordinals[:n])
	if err != nil {
		return err
	}
	companies, err := p.server.companiesOf(ctx, list)
	if err != nil {
		return err
	}
	for _, person := range p.server.peopleOf(list, companies) {
		p.page.Ordinals = p.page.Ordinals[1:]
		if person.contact == nil {
			continue
		}
		if err := p.rows.write(person); err != nil {
			return err
		}
		if p.text.Len() > streamBytes { // they are large: those read for nothing are read again
			break
		}
	}
	return p.rows.flush()
}

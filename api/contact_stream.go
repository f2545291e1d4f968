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
func (s *server) streamContacts(ctx context.Context, media string, chosen *selection, cursor string, boundTo []string) (*wire.Stream, error) {
	after, err := s.Cursors.OpenPosition(cursor, boundTo...)
	if err != nil {
		return nil, err
	}
	piece := &contactPiece{server: s, query: index.Query{Filter: chosen.filter, Env: chosen.env, Sort: chosen.sort, After: after, Limit: streamedPage}}
	if err := piece.ask(ctx); err != nil {
		return nil, err
	}
	// A stream cannot be refused once it has begun, so all that it may have
	// count before.
	if err := s.countPeople(ctx, int(piece.page.Count)); err != nil {
		return nil, err
	}
	write := func(ctx context.Context, w io.Writer) (err error) {
		if piece.rows, err = newRowWriter(media, &piece.text, whole(chosen.schema)); err != nil {
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
	server *server
	query  index.Query
	page   index.Answer // the newest
	text   bytes.Buffer
	rows   rowWriter // writes into text
}

// ask gets the next page of ordinals.
func (p *contactPiece) ask(ctx context.Context) (err error) {
	p.page, err = p.server.index.Query(ctx, p.query)
	return err
}

// next writes the next contacts into text, until that is a piece. more says that
// there are others behind them.
func (p *contactPiece) next(ctx context.Context) (more bool, err error) {
	for p.text.Len() < streamBytes {
		if len(p.page.Ordinals) == 0 {
			if p.page.Next == nil {
				return false, p.rows.flush()
			}
			p.query.After = p.page.Next
			if err := p.ask(ctx); err != nil {
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

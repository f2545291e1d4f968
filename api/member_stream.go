package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/segments"
)

// streamMembers answers with all members after an ordinal.
func (s *server) streamMembers(media string, members *segments.Members, shown *projection, after uint32) *wire.Stream {
	write := func(ctx context.Context, w io.Writer) error {
		values, err := s.newMemberValues(media, members, shown, after)
		if err != nil {
			return err
		}
		if values != nil {
			return wire.SendPieces(ctx, w, &values.text, values.next)
		}
		piece := &memberPiece{server: s, members: members, shown: shown, after: after}
		if piece.rows, err = newRowWriter(media, &piece.text, shown); err != nil {
			return err
		}
		return wire.SendPieces(ctx, w, &piece.text, piece.next)
	}
	return &wire.Stream{Media: media, Header: memberHeader(members), Write: write}
}

// memberPiece makes a stream piece by piece.
type memberPiece struct {
	server  *server
	members *segments.Members
	shown   *projection
	after   uint32 // the ordinal of the last member that was written
	text    bytes.Buffer
	rows    rowWriter // writes into text
}

// next writes the next members into text, until that is a piece. more says that
// there are others behind them.
func (p *memberPiece) next(ctx context.Context) (more bool, err error) {
	for more = true; more && p.text.Len() < streamBytes; {
		if more, err = p.page(ctx); err != nil {
			return false, err
		}
	}
	return more, nil
}

// page writes a page of members, or fewer when they are large.
func (p *memberPiece) page(ctx context.Context) (more bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	page, more, err := segments.Page(ctx, p.members, contacts.Kind, p.after, streamPage)
	if err != nil {
		return false, err
	}
	people, err := p.server.peopleShown(ctx, p.shown, page)
	if err != nil {
		return false, err
	}
	for i, one := range people {
		if err := p.rows.write(one); err != nil {
			return false, err
		}
		p.after = one.contact.Ordinal
		if p.text.Len() > streamBytes && i+1 < len(page) {
			more = true
			break
		}
	}
	return more && len(page) > 0, p.rows.flush()
}

// memberHeader says of a stream what a page has in its body.
func memberHeader(members *segments.Members) map[string]string {
	header := map[string]string{wire.CountHeader: strconv.FormatUint(members.Count, 10)}
	var held []string
	for _, reason := range slices.Sorted(maps.Keys(members.HeldBack)) {
		held = append(held, fmt.Sprintf("%s=%d", reason, members.HeldBack[reason]))
	}
	if len(held) > 0 {
		header[wire.HeldBackHeader] = strings.Join(held, ", ")
	}
	return header
}

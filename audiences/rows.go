package audiences

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// Rows are stored in chunks of chunkRows, in their order. Of each a chunk has the ordinal in 4 bytes
// and the number of the group in 1. Beside them there is the set of the contacts of each group, in
// the form of codec.EncodeSet: what is asked about all rows is asked of the sets. Those whom a reason
// of Listed held back are a set, too.
const (
	chunkRows = 1 << 14
	rowBytes  = 5
)

// Row is a contact under its number.
type Row struct {
	N       uint32 // from 1
	Ordinal uint32
	Group   string // "" without a split
}

// pieces encodes rows, and the sets of each group and of those who were held back.
func pieces(id ledger.ID, rows []row, groups int, held map[Reason]*roaring.Bitmap) (list []ledger.Document, err error) {
	sets := make([]*roaring.Bitmap, groups)
	for i := range sets {
		sets[i] = roaring.New()
	}
	for first := 0; first < len(rows); first += chunkRows {
		part := rows[first:min(first+chunkRows, len(rows))]
		chunk := make([]byte, 0, rowBytes*len(part))
		for _, r := range part {
			chunk = append(binary.LittleEndian.AppendUint32(chunk, r.ordinal), r.group)
		}
		list = append(list, ledger.Document{Key: rowsKey(id, first/chunkRows), Value: chunk})
	}
	for _, r := range rows {
		sets[r.group].Add(r.ordinal)
	}
	add := func(set *roaring.Bitmap, prefix string) error {
		chunks, err := codec.EncodeSet(set)
		for _, c := range chunks {
			list = append(list, ledger.Document{Key: chunkKey(prefix, c.Number), Value: c.Bytes})
		}
		return err
	}
	for i, set := range sets {
		if err := add(set, groupPrefix(id, i)); err != nil {
			return nil, err
		}
	}
	for _, why := range Listed {
		if set := held[why]; set != nil {
			if err := add(set, heldPrefix(id, why)); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

// decodeRows calls visit with the rows of a chunk.
func decodeRows(chunk []byte, visit func(ordinal uint32, group uint8)) error {
	if len(chunk)%rowBytes != 0 || len(chunk) == 0 || len(chunk) > rowBytes*chunkRows {
		return fmt.Errorf("a chunk of rows has %d bytes", len(chunk))
	}
	for ; len(chunk) > 0; chunk = chunk[rowBytes:] {
		visit(binary.LittleEndian.Uint32(chunk), chunk[rowBytes-1])
	}
	return nil
}

// maxChunks is how many chunks one page of rows reads at most.
const maxChunks = 16

// Rows returns up to limit rows from a number on: those of a group, or with "" all but those of
// HoldOut. next is the number from which the next page goes on, 0 at the end; a page may have fewer
// rows than limit, even none, and not be the last.
func (s *Service) Rows(ctx context.Context, a *Audience, group string, from uint32, limit int) (page []Row, next uint32, err error) {
	first, last := max(from, 1), a.Sent()
	if group == HoldOut {
		first, last = max(first, a.Sent()+1), a.Count
	}
	for read := 0; first <= last; read++ {
		if read == maxChunks {
			return page, first, nil
		}
		number := int(first-1) / chunkRows
		chunk, err := s.piece(ctx, a.ID, rowsKey(a.ID, number))
		if err != nil {
			return nil, 0, err
		}
		n := uint32(number * chunkRows)
		err = decodeRows(chunk, func(ordinal uint32, in uint8) {
			if n++; n < first || n > last || len(page) == limit || int(in) >= len(a.Groups) {
				return
			}
			first = n + 1
			if name := a.Groups[in].Name; group == "" || name == group {
				page = append(page, Row{n, ordinal, name})
			}
		})
		switch {
		case err != nil:
			return nil, 0, err
		case len(page) == limit && first <= last:
			return page, first, nil
		case len(page) < limit && first <= min(last, uint32((number+1)*chunkRows)):
			return nil, 0, fmt.Errorf("row %d of audience %s is missing", first, a.ID)
		}
	}
	return page, 0, nil
}

// piece reads a piece of an audience. One that is not there was deleted, or the store is damaged.
func (s *Service) piece(ctx context.Context, id ledger.ID, key string) ([]byte, error) {
	piece, err := s.store.Document(ctx, RowDocuments, key)
	if err != nil || piece != nil {
		return piece, err
	}
	if _, err := s.Get(ctx, id); err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("a piece of audience %s is missing", id)
}

// set reads a stored set, of which prefix begins the keys.
func (s *Service) set(ctx context.Context, prefix string) (*roaring.Bitmap, error) {
	set := roaring.New()
	err := ledger.EachDocument(ctx, s.store, RowDocuments, prefix, func(d ledger.Document) error {
		chunk, err := decodeSet(d)
		if err == nil {
			set.Or(chunk)
		}
		return err
	})
	return set, err
}

// addRows adds the contacts of the rows of a group, or with "" of all groups but HoldOut: those that
// something is sent to.
func (s *Service) addRows(ctx context.Context, to *roaring.Bitmap, a *Audience, group string) error {
	for i, g := range a.Groups {
		if group == "" && g.Name == HoldOut || group != "" && g.Name != group {
			continue
		}
		set, err := s.set(ctx, groupPrefix(a.ID, i))
		if err != nil {
			return err
		}
		to.Or(set)
	}
	return nil
}

// decodeSet reads a chunk of a set under its key.
func decodeSet(d ledger.Document) (*roaring.Bitmap, error) {
	var number uint32
	if _, err := fmt.Sscanf(d.Key[len(d.Key)-4:], "%d", &number); err != nil {
		return nil, fmt.Errorf("the key of a set: %w", err)
	}
	return codec.DecodeSet(number, d.Value)
}

// CheckGroup returns an error of KindInvalid for a group that an audience does not have; "" is one.
func (a *Audience) CheckGroup(path, group string) error {
	if group == "" {
		return nil
	}
	for _, g := range a.Groups {
		if g.Name == group {
			return nil
		}
	}
	detail := "must be a group of the audience"
	if len(a.Split) == 0 {
		detail = "must be absent: the audience is not split"
	}
	return fault.Invalid("invalid-group", "The audience has no such group.", []fault.Fault{{Path: path, Detail: detail}})
}

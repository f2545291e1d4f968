package ledger

import (
	"context"
	"slices"
)

// Some things are kept as many documents of one collection, too many for one commit. Their pieces
// are written first, under keys that nobody reads, and what makes them readable comes in the last
// commit. They are removed in small commits.

// Commit bounds for pieces: how many go into one, and how many are removed by one. The first
// commit of a removal has one only: mostly there is nothing to remove, and documents may be large.
const (
	piecesWritten = 500
	piecesRemoved = 200
)

// WriteAhead writes the first of some pieces, in commits of about so many bytes, and returns those
// that are left for the last commit, which the caller makes with PutDocuments.
func WriteAhead(ctx context.Context, store Updater, by Author, c Collection, pieces []Document, bytes int) (rest []Document, err error) {
	for {
		n := fitting(pieces, bytes)
		if n == len(pieces) {
			return pieces, nil
		}
		if _, err := store.Update(ctx, by, func(tx Tx) error { return PutDocuments(tx, c, pieces[:n]) }); err != nil {
			return nil, err
		}
		pieces = pieces[n:]
	}
}

// fitting returns how many of the first pieces go into one commit.
func fitting(pieces []Document, bytes int) int {
	size := 0
	for i, p := range pieces {
		if size += len(p.Value); i > 0 && (size > bytes || i == piecesWritten) {
			return i
		}
	}
	return len(pieces)
}

// PutDocuments writes documents in a closure.
func PutDocuments(tx Tx, c Collection, documents []Document) error {
	for _, d := range documents {
		if err := tx.PutDocument(c, d.Key, d.Value); err != nil {
			return err
		}
	}
	return nil
}

// Shelf is what DeleteDocuments needs of the store.
type Shelf interface {
	Updater
	DocumentReader
}

// DeleteDocuments removes the documents of a collection whose keys start with a prefix, are greater
// than after and less than below ("" for all), in commits of a bounded size. It may be called again
// when it was cut off.
func DeleteDocuments(ctx context.Context, store Shelf, by Author, c Collection, prefix, after, below string) error {
	for batch := 1; ; batch = piecesRemoved {
		documents, err := store.Documents(ctx, c, prefix, after, batch)
		if err != nil {
			return err
		}
		if end := slices.IndexFunc(documents, func(d Document) bool { return below != "" && d.Key >= below }); end >= 0 {
			documents = documents[:end]
		}
		if len(documents) == 0 {
			return nil
		}
		_, err = store.Update(ctx, by, func(tx Tx) error {
			for _, d := range documents {
				if err := tx.DeleteDocument(c, d.Key); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

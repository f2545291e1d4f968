package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
)

// DocumentReader is the part of Reader that reads documents.
type DocumentReader interface {
	Document(ctx context.Context, c Collection, key string) ([]byte, error)
	DocumentLister
}

// DocumentLister is the part of Reader that lists documents.
type DocumentLister interface {
	Documents(ctx context.Context, c Collection, prefix, after string, limit int) ([]Document, error)
}

// LatestLister is the part of Reader that lists documents from the last one on.
type LatestLister interface {
	// LatestDocuments returns up to limit documents of a collection whose key starts with prefix and is less than
	// before, "" for all, in falling order of key.
	LatestDocuments(ctx context.Context, c Collection, prefix, before string, limit int) ([]Document, error)
}

// EachDocument calls visit with every document of a collection whose key starts
// with prefix, in order of key, until that fails.
func EachDocument(ctx context.Context, store DocumentLister, c Collection, prefix string, visit func(Document) error) error {
	const page = 100 // of up to 1 MiB each
	for after := ""; ; {
		documents, err := store.Documents(ctx, c, prefix, after, page)
		if err != nil {
			return err
		}
		for _, d := range documents {
			if err := visit(d); err != nil {
				return err
			}
			after = d.Key
		}
		if len(documents) < page {
			return nil
		}
	}
}

// DecodeDocument reads a document that is one JSON value, as it was written:
// members that into has not are an error.
func DecodeDocument(document []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(document))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more behind the document")
	}
	return nil
}

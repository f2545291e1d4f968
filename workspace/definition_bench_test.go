package workspace_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/badger"
	"github.com/ndoto/kundi/workspace"
)

var tester = ledger.Caller{Author: ledger.Author{Source: ledger.SourceAPI, Name: "test"}}

// timed sums up how long closures kept the one writer.
type timed struct {
	workspace.Store
	spent time.Duration
}

func (s *timed) Update(ctx context.Context, by ledger.Author, closure func(ledger.Tx) error) (uint64, error) {
	return s.Store.Update(ctx, by, func(tx ledger.Tx) error {
		began := time.Now()
		defer func() { s.spent += time.Since(began) }()
		return closure(tx)
	})
}

// BenchmarkDefine patches one of 200 lists, each with 1,000 options of 100
// emojis, and says how long the writer was kept from the writes of others.
func BenchmarkDefine(b *testing.B) {
	e, err := badger.Open(filepath.Join(b.TempDir(), "data"), slog.New(slog.DiscardHandler))
	require.NoError(b, err)
	store, err := storage.Open(b.Context(), storage.Options{Kinds: []ledger.AnyKind{contacts.Kind, companies.Kind}, Engine: e})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, store.Close()) })
	watch := &timed{Store: store}
	service := workspace.NewService(watch, nil)
	options := make([]any, fields.MaxOptions)
	for i := range options {
		options[i] = strings.Repeat("😀", 95) + fmt.Sprintf("%05d", i)
	}
	for i := range 200 {
		_, err := service.DefineAttribute(b.Context(), tester, fields.Draft{"key": fmt.Sprintf("a%d", i), "type": "list", "options": options})
		require.NoError(b, err)
	}
	watch.spent = 0
	for i := 0; b.Loop(); i++ {
		_, err := service.UpdateAttribute(b.Context(), tester, fields.EntityContact, "a7", fields.Draft{"label": fmt.Sprint(i), "options": options}, 0)
		require.NoError(b, err)
	}
	b.ReportMetric(float64(watch.spent.Microseconds())/float64(b.N), "closure-µs/op")
}

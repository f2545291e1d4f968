package storage

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// inject writes past the store.
func inject(t *testing.T, e engine.Engine, remove [][]byte, put ...engine.Pair) {
	t.Helper()
	v, err := e.View(context.Background())
	require.NoError(t, err)
	head, err := v.Head()
	require.NoError(t, err)
	v.Close()
	require.NoError(t, e.Apply(context.Background(), engine.Batch{ID: engine.BatchID(uuid.New()), Expect: head, Delete: remove, Put: put}))
}

// TestEveryKindOfKeyIsVerified reads the kinds from the source.
func TestEveryKindOfKeyIsVerified(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "keys.go", nil, 0)
	require.NoError(t, err)
	declared := 0
	ast.Inspect(file, func(n ast.Node) bool {
		if value, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(value.Names[0].Name, "kind") {
			declared++
			kind := value.Values[0].(*ast.BasicLit).Value[1]
			known := func(k verifiedTable) bool { return k.kind == kind }
			require.True(t, slices.ContainsFunc(verifiedTables, known), "nobody verifies %s", value.Names[0].Name)
		}
		return true
	})
	require.Len(t, verifiedTables, declared)
}

func TestVerifyNamesEveryDifference(t *testing.T) {
	type world struct {
		*Store
		engine engine.Engine
		ada    *contacts.Contact // ordinal 1
		ben    *contacts.Contact // 2; 3 was deleted
	}
	key := func(w world, kind ledger.ClaimKind, value string) []byte {
		return w.hasher.key(ledger.Claim{Kind: kind, Value: value})
	}
	cases := map[string]struct {
		damage func(t *testing.T, w world)
		want   string
		where  []uint32
	}{
		"nothing": {damage: func(*testing.T, world) {}},
		"a claim is missing": {func(t *testing.T, w world) {
			inject(t, w.engine, [][]byte{key(w, contacts.ClaimEmail, "ada@example.com")})
		}, "e-mail not taken for the one who has it", []uint32{1}},
		"a claim names another": {func(t *testing.T, w world) {
			inject(t, w.engine, nil, engine.Pair{Key: key(w, contacts.ClaimPhone, "+15550001"), Value: encodeNumber(2)})
		}, "phone number taken for somebody else", []uint32{1}},
		"a claim is left over": {func(t *testing.T, w world) {
			inject(t, w.engine, nil, engine.Pair{Key: key(w, contacts.ClaimIdentifier, "X-9"), Value: encodeNumber(2)})
		}, "identifier taken for somebody who does not have it", []uint32{2}},
		"a value that two have": {func(t *testing.T, w world) {
			twin := *w.ada
			twin.Ordinal, twin.ID, twin.Phone = 2, uuid.MustParse("01890000-0000-7000-8000-000000000002"), ""
			inject(t, w.engine, nil, engine.Pair{Key: contactKey(2), Value: encodeContact(&twin)})
		}, "e-mail that several have", []uint32{2}},
		"a record that cannot be read": {func(t *testing.T, w world) {
			inject(t, w.engine, nil, engine.Pair{Key: contactKey(2), Value: []byte{0xff}})
		}, "contact records that cannot be read", []uint32{2}},
		"a record from the future": {func(t *testing.T, w world) {
			late := *w.ada
			late.Version = 99
			inject(t, w.engine, nil, engine.Pair{Key: contactKey(1), Value: encodeContact(&late)})
		}, "contacts newer than the head of the log", []uint32{1}},
		"a company that is not there": {func(t *testing.T, w world) {
			inject(t, w.engine, [][]byte{companyKey(1)})
		}, "contacts of a company that does not exist", []uint32{1}},
		"a deleted contact that is there": {func(t *testing.T, w world) {
			id := uuid.New()
			inject(t, w.engine, nil, engine.Pair{Key: contactShape.tombKey(2), Value: id[:]})
		}, "contacts that are marked as deleted", []uint32{2}},
		"a contact that is lost with all that it had": {func(t *testing.T, w world) {
			lost := [][]byte{contactKey(2), key(w, contacts.ClaimEmail, "ben@example.com"), key(w, contacts.ClaimID, w.ben.ID.String())}
			inject(t, w.engine, lost)
		}, "contacts that are gone without having been deleted", []uint32{2}},
		"a mark of an unfinished deletion": {func(t *testing.T, w world) {
			inject(t, w.engine, nil, engine.Pair{Key: []byte{kindSweep, 1}, Value: []byte{}})
		}, "marks of unfinished deletions that cannot be read", []uint32{0}},
		"the format is mangled": {func(t *testing.T, w world) {
			inject(t, w.engine, nil, engine.Pair{Key: keyFormat, Value: []byte{1}})
		}, "format versions that cannot be read", nil},
		"the versions of records are mangled": {func(t *testing.T, w world) {
			inject(t, w.engine, nil, engine.Pair{Key: keyVersions, Value: []byte{1}})
		}, "format versions that cannot be read", nil},
		"the versions of records are gone": {func(t *testing.T, w world) {
			inject(t, w.engine, [][]byte{keyVersions})
		}, "format versions that are missing", nil},
		"a kind that nobody knows": {func(t *testing.T, w world) {
			inject(t, w.engine, nil, engine.Pair{Key: []byte{'z', 1}, Value: []byte{}}, engine.Pair{Key: []byte{0xff}, Value: []byte{}})
		}, "kinds of records that are not known", nil},
		"a collection that nobody knows": {func(t *testing.T, w world) {
			inject(t, w.engine, nil, engine.Pair{Key: documentKey(ledger.Collection{Name: "secret"}, "key"), Value: []byte("{}")})
		}, "documents of a collection that is not known", nil},
		"a counter that was set back": {func(t *testing.T, w world) {
			inject(t, w.engine, nil, engine.Pair{Key: documentKey(ledger.AttributeDefinitions, "tier"), Value: []byte(`{"number":7,"key":"tier"}`)},
				engine.Pair{Key: counterKey(ledger.AttributeCounter), Value: encodeNumber(6)})
		}, "counters below a number that they have given", nil},
		"history of nobody": {func(t *testing.T, w world) {
			inject(t, w.engine, nil, engine.Pair{Key: contactShape.historyKey(3, 4), Value: encodeHistory(ledger.HistoryEntry{Op: ledger.OpUpdate})})
		}, "history of contacts that do not exist", []uint32{3}},
		"a gap in the log": {func(t *testing.T, w world) {
			inject(t, w.engine, [][]byte{logKey(3)})
		}, "gaps in the log", nil},
		"a contact is missing with its claims": {func(t *testing.T, w world) {
			ben, err := contactKind.List(context.Background(), w, []uint32{2})
			require.NoError(t, err)
			remove := [][]byte{contactKey(2)}
			for _, c := range ben[0].Claims() {
				remove = append(remove, w.hasher.key(c))
			}
			inject(t, w.engine, remove)
		}, "wrong count of contacts", nil},
		"claims are missing": {func(t *testing.T, w world) {
			inject(t, w.engine, [][]byte{key(w, contacts.ClaimEmail, "ada@example.com")})
		}, "wrong count of claims", nil},
		"a company is missing": {func(t *testing.T, w world) {
			inject(t, w.engine, [][]byte{companyKey(1)})
		}, "wrong count of companies", nil},
		"a document is missing": {func(t *testing.T, w world) {
			inject(t, w.engine, [][]byte{documentKey(ledger.SettingsDoc, settingsKey)})
		}, "wrong count of documents", nil},
		"the counts are mangled": {func(t *testing.T, w world) {
			inject(t, w.engine, nil, engine.Pair{Key: keyTotals, Value: []byte{1, 2}})
		}, "record of counts that cannot be read", nil},
		"the end of the log is gone": {func(t *testing.T, w world) {
			inject(t, w.engine, [][]byte{logKey(w.Head())})
		}, "end of the log that is not its head", nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			e := memory.New()
			s, err := Open(context.Background(), Options{Kinds: usualKinds, Collections: []ledger.Collection{ledger.AttributeDefinitions, ledger.SettingsDoc}, Engine: e})
			require.NoError(t, err)
			defer s.Close()
			w := world{Store: s, engine: e}
			var gone *contacts.Contact
			_, err = s.Update(context.Background(), ledger.Author{}, func(tx ledger.Tx) error {
				return companyKind.Create(tx, &companies.Company{ID: uuid.New(), Name: "Acme"})
			})
			require.NoError(t, err)
			for i, name := range []string{"ada", "ben", "cleo"} {
				p := &contacts.Contact{ID: uuid.New(), Name: name, Email: name + "@example.com"}
				if i == 0 {
					p.Phone, p.Company, w.ada = "+15550001", 1, p
				}
				if i == 1 {
					w.ben = p
				}
				gone = p
				_, err = s.Update(context.Background(), ledger.Author{}, func(tx ledger.Tx) error { return contactKind.Create(tx, p) })
				require.NoError(t, err)
			}
			_, err = s.Update(context.Background(), ledger.Author{}, func(tx ledger.Tx) error { return contactKind.Delete(tx, gone) })
			require.NoError(t, err)

			c.damage(t, w)
			found, err := s.Verify(context.Background(), nil)
			require.NoError(t, err)
			if c.want == "" {
				require.Empty(t, found)
				return
			}
			var words []string
			for _, d := range found {
				words = append(words, fmt.Sprint(d.What))
				if d.What == c.want {
					require.Equal(t, c.where, d.Ordinals)
				}
			}
			require.Contains(t, words, c.want)
		})
	}
}

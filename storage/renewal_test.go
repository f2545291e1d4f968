package storage

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/memory"
	"github.com/ndoto/kundi/workspace"
)

// olderFolder is a folder of format 4 in the making. The store itself does not
// look at values, so it is filled with what was once stored.
type olderFolder struct {
	region *memory.Region
	store  *Store
	people *contacts.Service
	log    bytes.Buffer
}

func newOlderFolder(t *testing.T) *olderFolder {
	t.Helper()
	f := &olderFolder{region: new(memory.Region)}
	f.open(t)
	return f
}

func (f *olderFolder) open(t *testing.T) {
	t.Helper()
	e, err := f.region.Open()
	require.NoError(t, err)
	f.store, err = Open(context.Background(), Options{Kinds: usualKinds, Engine: e, Logger: slog.New(slog.NewTextHandler(&f.log, nil))})
	require.NoError(t, err)
	f.people = contacts.NewService(f.store, companies.Directory{}, time.Now, nil)
}

func (f *olderFolder) contact(t *testing.T, c contacts.Contact) *contacts.Contact {
	t.Helper()
	c.ID, c.Type = uuid.Must(uuid.NewV7()), contacts.TypeLead
	_, err := f.store.Update(context.Background(), ledger.Author{}, func(tx ledger.Tx) error { return contactKind.Create(tx, &c) })
	require.NoError(t, err)
	return &c
}

// company makes one that claims its name as format 4 folded it, by case.
func (f *olderFolder) company(t *testing.T, name string) *companies.Company {
	t.Helper()
	c := &companies.Company{ID: uuid.Must(uuid.NewV7()), Name: uuid.NewString(), Kept: true}
	_, err := f.store.Update(context.Background(), ledger.Author{}, func(tx ledger.Tx) error { return companyKind.Create(tx, c) })
	require.NoError(t, err)
	claim := func(value string) []byte {
		return f.store.hasher.key(ledger.Claim{Kind: companies.ClaimName, Value: value})
	}
	made := claim(c.Name)
	c.Name = name
	inject(t, f.store.engine, [][]byte{made}, engine.Pair{Key: companyKey(c.Ordinal), Value: encodeCompany(c)},
		engine.Pair{Key: claim(strings.ToLower(name)), Value: encodeNumber(c.Ordinal)})
	require.NoError(t, f.store.Close())
	f.open(t)
	return c
}

// list defines a list of several options, as an older version took them.
func (f *olderFolder) list(t *testing.T, options []string) (number uint32) {
	t.Helper()
	by := ledger.Caller{Author: ledger.Author{Source: ledger.SourceAPI, Name: "test"}}
	made, err := workspace.NewService(f.store, time.Now).DefineAttribute(context.Background(), by, fields.Draft{"key": "tier", "type": "list", "multiple": true, "options": []any{"x"}})
	require.NoError(t, err)
	d := *made.Attribute
	d.Options = options
	document, err := json.Marshal(d)
	require.NoError(t, err)
	inject(t, f.store.engine, nil, engine.Pair{Key: documentKey(ledger.AttributeDefinitions, d.Key), Value: document})
	require.NoError(t, f.store.Close())
	f.open(t)
	return d.Number
}

// reopen marks every record as one of format 4 and opens the folder again.
func (f *olderFolder) reopen(t *testing.T) {
	t.Helper()
	e := f.store.engine
	view, err := e.View(context.Background())
	require.NoError(t, err)
	put := []engine.Pair{{Key: keyFormat, Value: encodeNumber(4)}}
	for _, kind := range []byte{kindContact, kindMerge, kindHistory, kindCompany} {
		require.NoError(t, scan(view, engine.Range{Prefix: []byte{kind}}, func(p engine.Pair) error {
			if kind == kindHistory {
				p.Value = olderHistory(t, p.Value)
			}
			p.Value[0] = 4
			put = append(put, p)
			return nil
		}))
	}
	view.Close()
	inject(t, e, nil, put...)
	require.NoError(t, f.store.Close())
	f.open(t)
	f.check(t)
}

// olderHistory is an entry of the history without what programs of format 4 did not write.
func olderHistory(t *testing.T, record []byte) []byte {
	t.Helper()
	entry, err := decodeHistory(1, record)
	require.NoError(t, err)
	entry.Into = 0
	for i := range entry.Changes {
		entry.Changes[i].Was, entry.Changes[i].Number = 0, 0
	}
	return encodeHistory(entry)
}

// check looks whether everything agrees, and that another start has nothing to do.
func (f *olderFolder) check(t *testing.T) {
	t.Helper()
	differences, err := f.store.Verify(context.Background(), nil)
	require.NoError(t, err)
	require.Empty(t, differences)
	head := f.store.committer.head
	require.NoError(t, f.store.Close())
	f.open(t)
	require.Equal(t, head, f.store.committer.head)
}

// upsert returns the contact that a draft is about.
func (f *olderFolder) upsert(t *testing.T, d fields.Draft) contacts.Result {
	t.Helper()
	r, err := f.people.Upsert(context.Background(), ledger.Caller{Author: ledger.Author{Source: ledger.SourceAPI, Name: "test"}}, d)
	require.NoError(t, err)
	return r
}

func TestOlderValuesAreRenewed(t *testing.T) {
	f := newOlderFolder(t)
	raw := map[string]string{
		"kim@xn--bcher-kva.example": "kim@BÜCHER.example", "lea@firma。example": "lea@firma.example", "max@ｗｉｄｅ.example": "max@wide.example", "Plain@Firma.Example": "plain@firma.example",
	}
	byEmail := map[string]*contacts.Contact{}
	for stored, typed := range raw {
		byEmail[typed] = f.contact(t, contacts.Contact{Email: stored, Channels: []string{"email", "phone", "web"}})
	}
	brazil := f.contact(t, contacts.Contact{Phone: "+551187654321"})
	_, err := f.store.Update(context.Background(), ledger.Author{}, func(tx ledger.Tx) error {
		after := brazil.Clone()
		after.Channels = []string{"web"}
		err := contactKind.Update(tx, brazil, after)
		brazil = after
		return err
	})
	require.NoError(t, err)
	f.reopen(t)

	for typed, c := range byEmail {
		r := f.upsert(t, fields.Draft{"email": typed, "city": "Nairobi"})
		require.Equal(t, c.ID, r.ID, typed)
		require.Equal(t, []string{"email", "live_chat", "voice"}, r.Contact.Channels)
	}
	for _, typed := range []string{"+55 11 8765-4321", "+55 11 98765-4321"} {
		r := f.upsert(t, fields.Draft{"phone": typed})
		require.Equal(t, brazil.ID, r.ID)
		require.Equal(t, "+5511987654321", r.Contact.Phone)
		require.Equal(t, brazil.Version, r.Contact.Version, "bringing a folder up to date is no change of a contact")
	}
	entries, err := f.store.History(context.Background(), &contactKind.Shape, brazil.Ordinal, 0, 10)
	require.NoError(t, err)
	require.Equal(t, ledger.FieldChange{Field: "channels", New: fields.ListValue([]string{"live_chat"})}, entries[0].Changes[0])
	f.check(t)
}

// Two contacts that were there stay two; one may be merged into the other.
func TestOlderTwinsStayTwo(t *testing.T) {
	f := newOlderFolder(t)
	wide := f.contact(t, contacts.Contact{Email: "kim@firma。example"})
	plain := f.contact(t, contacts.Contact{Email: "kim@firma.example"})
	first := f.contact(t, contacts.Contact{Email: "lea@xn--bcher-kva.example"})
	second := f.contact(t, contacts.Contact{Email: "lea@bücher。example"})
	f.reopen(t)

	log := f.log.String()
	require.Contains(t, log, fmt.Sprintf("field=e-mail contact=%s has_present_form=%s\n", wide.ID, plain.ID))
	require.Contains(t, log, fmt.Sprintf("field=e-mail contact=%s has_present_form=%s\n", second.ID, first.ID))
	require.Contains(t, log, "twins=2\n")
	require.NotContains(t, log, "example", "no address is logged")
	require.Equal(t, plain.ID, f.upsert(t, fields.Draft{"email": "kim@firma。example"}).ID)
	require.Equal(t, first.ID, f.upsert(t, fields.Draft{"email": "lea@bücher。example"}).ID)
	kept, err := contactKind.List(context.Background(), f.store, []uint32{wide.Ordinal, second.Ordinal})
	require.NoError(t, err)
	require.Equal(t, "kim@firma。example", kept[0].Email)
	require.Equal(t, "lea@bücher。example", kept[1].Email)

	by := ledger.Caller{Author: ledger.Author{Source: ledger.SourceAPI, Name: "test"}}
	r, err := f.people.Merge(context.Background(), by, plain.ID, wide.ID, 0)
	require.NoError(t, err)
	f.check(t)
	_, err = f.people.UndoMerge(context.Background(), by, r.Contact.Absorbed[0].Merge)
	require.NoError(t, err)
	f.check(t)
}

// What was absorbed in an older form, while another has the new one, comes back
// as it was.
func TestOlderTwinsStayTwoInMerges(t *testing.T) {
	f := newOlderFolder(t)
	by := ledger.Caller{Author: ledger.Author{Source: ledger.SourceAPI, Name: "test"}}
	plain := f.contact(t, contacts.Contact{Email: "kim@firma.example"})
	survivor := f.contact(t, contacts.Contact{Name: "Kim"})
	absorbed := f.contact(t, contacts.Contact{Email: "kim@firma。example"})
	r, err := f.people.Merge(context.Background(), by, survivor.ID, absorbed.ID, 0)
	require.NoError(t, err)
	f.reopen(t)

	require.Equal(t, plain.ID, f.upsert(t, fields.Draft{"email": "kim@firma。example"}).ID)
	restored, err := f.people.UndoMerge(context.Background(), by, r.Contact.Absorbed[0].Merge)
	require.NoError(t, err)
	require.Equal(t, "kim@firma。example", restored.Contact.Email)
	f.check(t)
}

// A merge of before is undone as if its values had always been in the new form.
func TestOlderMergesAreRenewed(t *testing.T) {
	f := newOlderFolder(t)
	by := ledger.Caller{Author: ledger.Author{Source: ledger.SourceAPI, Name: "test"}}
	survivor := f.contact(t, contacts.Contact{Name: "Kim", Phone: "+551187654321"})
	absorbed := f.contact(t, contacts.Contact{Email: "kim@xn--bcher-kva.example"})
	r, err := f.people.Merge(context.Background(), by, survivor.ID, absorbed.ID, 0)
	require.NoError(t, err)
	f.reopen(t)

	require.Equal(t, survivor.ID, f.upsert(t, fields.Draft{"email": "kim@bücher.example"}).ID)
	_, err = f.people.UndoMerge(context.Background(), by, r.Contact.Absorbed[0].Merge)
	require.NoError(t, err)
	found := f.upsert(t, fields.Draft{"email": "kim@bücher.example"})
	require.Equal(t, absorbed.ID, found.ID)
	require.Equal(t, "kim@bücher.example", found.Contact.Email)
	found = f.upsert(t, fields.Draft{"phone": "+55 11 8765-4321"})
	require.Equal(t, survivor.ID, found.ID)
	require.Empty(t, found.Contact.Email)
	f.check(t)
}

func TestOlderCompaniesAreRenewed(t *testing.T) {
	f := newOlderFolder(t)
	curly, straight := f.company(t, "Women’s"), f.company(t, "Women's")
	double, wide := f.company(t, "Big  Spender"), f.company(t, "Big\u00a0 Spender")
	f.reopen(t)

	require.Equal(t, straight.ID, f.upsert(t, fields.Draft{"identifier": "1", "company": "women`s"}).Company.ID, "who has the name in its new form keeps it")
	require.Equal(t, double.ID, f.upsert(t, fields.Draft{"identifier": "2", "company": "big spender"}).Company.ID)
	require.Contains(t, f.log.String(), "twins=2\n")
	for _, c := range []*companies.Company{curly, wide} {
		require.Contains(t, f.log.String(), "company="+c.ID.String())
		require.Equal(t, c.ID, f.upsert(t, fields.Draft{"identifier": "3", "company_id": c.ID.String()}).Company.ID, "a twin is met by its id")
	}
	f.check(t)
}

// A folder of more than a batch, cut off in the midst of it, is renewed whole by
// the next start.
func TestRenewalGoesOnWhereItWasCutOff(t *testing.T) {
	f := newOlderFolder(t)
	const people = 2 * renewalKeys / 3
	for i := range people {
		f.contact(t, contacts.Contact{Email: fmt.Sprintf("kim%d@firma。example", i)})
	}
	e := f.store.engine
	inject(t, e, nil, engine.Pair{Key: keyFormat, Value: encodeNumber(4)})
	require.NoError(t, f.store.Close())
	e, err := f.region.Open()
	require.NoError(t, err)
	_, err = Open(context.Background(), Options{Kinds: usualKinds, Engine: &cutEngine{Engine: e, after: 1}})
	require.ErrorIs(t, err, errCut)
	require.NoError(t, e.Close())
	f.open(t)
	f.check(t)
	list, err := contactKind.Scan(context.Background(), f.store, ledger.Ref{}, people)
	require.NoError(t, err)
	require.Len(t, list, people)
	for i, c := range list {
		require.Equal(t, fmt.Sprintf("kim%d@firma.example", i), c.Email)
	}
}

// cutEngine fails after some batches.
type cutEngine struct {
	engine.Engine
	after int
}

var errCut = errors.New("cut off")

func (e *cutEngine) Apply(ctx context.Context, b engine.Batch) error {
	if e.after == 0 {
		return errCut
	}
	e.after--
	return e.Engine.Apply(ctx, b)
}

// A merge of two who have one address now is undone to two.
func TestOlderMergesOfTwinsAreUndone(t *testing.T) {
	for name, pair := range map[string][2]contacts.Contact{
		"soft hyphen":   {{Email: "kim@f.example"}, {Email: "k\u00adim@f.example"}},
		"the other way": {{Email: "k\u00adim@f.example"}, {Email: "kim@f.example"}},
		"both older":    {{Email: "k\u00adim@f.example"}, {Email: "ki\u00adm@f.example"}},
		"domain":        {{Email: "kim@xn--bcher-kva.example"}, {Email: "kim@bücher.example"}},
		"phone":         {{Phone: "+551187654321"}, {Phone: "+5511987654321"}},
		"phone, new":    {{Phone: "+5511987654321"}, {Phone: "+551187654321"}},
		"identifier":    {{Identifier: "7"}, {Identifier: "7\u200b"}},
		"inherited":     {{Name: "Kim"}, {Email: "k\u00adim@f.example"}},
		"case":          {{Email: "kim@BÜCHER.example"}, {Email: "lea@f.example"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newOlderFolder(t)
			by := ledger.Caller{Author: ledger.Author{Source: ledger.SourceAPI, Name: "test"}}
			survivor, absorbed := f.contact(t, pair[0]), f.contact(t, pair[1])
			r, err := f.people.Merge(context.Background(), by, survivor.ID, absorbed.ID, 0)
			require.NoError(t, err)
			f.reopen(t)
			_, err = f.people.UndoMerge(context.Background(), by, r.Contact.Absorbed[0].Merge)
			require.NoError(t, err)
			f.check(t)
			parted, err := contactKind.List(context.Background(), f.store, []uint32{survivor.Ordinal, absorbed.Ordinal})
			require.NoError(t, err)
			for i, c := range parted {
				require.Equal(t, pair[i].Email != "", c.Email != "")
				require.Equal(t, pair[i].Phone != "", c.Phone != "")
			}
		})
	}
}

func TestOlderIdentifiersAreRenewed(t *testing.T) {
	f := newOlderFolder(t)
	c := f.contact(t, contacts.Contact{Identifier: "7\u200b"})
	f.reopen(t)
	require.Equal(t, c.ID, f.upsert(t, fields.Draft{"identifier": "7"}).ID)
}

// Texts of before are as if they had been written now, in merges too.
func TestOlderTextsAreRenewed(t *testing.T) {
	f := newOlderFolder(t)
	by := ledger.Caller{Author: ledger.Author{Source: ledger.SourceAPI, Name: "test"}}
	options := f.list(t, []string{"women’s", "women's", "a\u200bb", "rest", "\u200b"})
	text := options + 1
	of := func(number uint32, v fields.Value) fields.Attribute {
		return fields.Attribute{Number: number, Value: v}
	}
	labels := []string{"women’s", "women's", "big  s", "big s", "a\u200bb", "ab", "\u200b"}
	older := contacts.Contact{
		Email: "kim@f.example", Name: "\u200b", FirstName: "K\u200bim", City: "\u3164", Labels: labels,
		Attributes: fields.Attributes{of(options, fields.ListValue([]string{"women's", "a\u200bb"})), of(text, fields.TextValue("\u200b"))},
	}
	survivor, absorbed := f.contact(t, older), f.contact(t, contacts.Contact{Name: "Lea\u200b", Labels: labels})
	nobody := f.contact(t, contacts.Contact{Name: "\u200b"})
	r, err := f.people.Merge(context.Background(), by, survivor.ID, absorbed.ID, 0)
	require.NoError(t, err)
	f.reopen(t)

	require.Equal(t, []string{"women’s", "ab", "rest"}, f.store.Schema().Attribute("tier").Options)
	found := f.upsert(t, fields.Draft{"email": "kim@f.example"})
	require.Equal(t, ledger.StatusUnchanged, found.Status)
	require.Equal(t, r.Contact.Version, found.Contact.Version, "renewing is no change")
	require.Empty(t, found.Contact.Name+found.Contact.City)
	require.Equal(t, "Kim", found.Contact.FirstName)
	require.Equal(t, []string{"women’s", "big  s", "ab"}, found.Contact.Labels)
	require.Equal(t, fields.Attributes{of(options, fields.ListValue([]string{"women’s", "ab"}))}, found.Contact.Attributes)
	restored, err := f.people.UndoMerge(context.Background(), by, r.Contact.Absorbed[0].Merge)
	require.NoError(t, err)
	require.Equal(t, "Lea", restored.Contact.Name)
	require.Equal(t, []string{"women’s", "big  s", "ab"}, restored.Contact.Labels)
	patched, err := f.people.Patch(context.Background(), by, nobody.ID, fields.Draft{"city": "Nairobi"}, 0)
	require.NoError(t, err, "who has lost the name can be changed")
	require.Empty(t, patched.Contact.Name)

	var differences ledger.Differences
	require.NoError(t, workspace.VerifyDocuments(context.Background(), f.store, &differences))
	require.NoError(t, contacts.VerifyBlocks(context.Background(), f.store, &differences))
	require.Empty(t, differences.List())
	f.check(t)
}

// What an export of such a folder says of each, by its id, changes nobody.
func TestTwinsAreImportedUnchanged(t *testing.T) {
	f := newOlderFolder(t)
	by := ledger.Caller{Author: ledger.Author{Source: ledger.SourceImport, Name: "test"}}
	companies := []*companies.Company{f.company(t, "Women’s"), f.company(t, "Women's"), f.company(t, "Big  Spender"), f.company(t, "Big\u00a0 Spender")}
	people := []*contacts.Contact{
		f.contact(t, contacts.Contact{Email: "kim@f.example", Phone: "+551187654321", Identifier: "7"}),
		f.contact(t, contacts.Contact{Email: "k\u00adim@f.example", Phone: "+5511987654321", Identifier: "7\u200b"}),
		f.contact(t, contacts.Contact{Name: "Lea"}), f.contact(t, contacts.Contact{Name: "Max"}),
	}
	for i, c := range people {
		_, err := f.people.Patch(context.Background(), by, c.ID, fields.Draft{"company_id": companies[i].ID.String()}, 0)
		require.NoError(t, err)
	}
	f.reopen(t)
	var rows []fields.Draft
	for i, c := range people {
		row := fields.Draft{"id": c.ID.String(), "name": c.Name, "company": companies[i].Name}
		for field, value := range map[string]string{"email": c.Email, "phone": c.Phone, "identifier": c.Identifier} {
			if value != "" {
				row[field] = value
			}
		}
		rows = append(rows, row)
	}
	r, err := f.people.Import(context.Background(), by.Author, rows, contacts.FileRules{})
	require.NoError(t, err)
	for _, result := range r.Results {
		require.Equal(t, ledger.StatusUnchanged, result.Status, "%v", result)
	}
	patched, err := f.people.Patch(context.Background(), by, people[2].ID, fields.Draft{"company": "women's"}, 0)
	require.NoError(t, err)
	require.Equal(t, "Big  Spender", companies[2].Name)
	require.Equal(t, companies[1].ID, patched.Company.ID, "another name is that of who has it")
	_, err = f.people.Patch(context.Background(), by, people[1].ID, fields.Draft{"email": "lea@f.example"}, 0)
	require.NoError(t, err)
	f.check(t)
}

package text

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// sheet is a record of a kind that only these tests have. It belongs to a contact.
type sheet struct {
	Ordinal, Owner uint32 `json:"-"`
	ID             ledger.ID
	Version        uint64
}

// line is a dated record that belongs to a sheet, as a message does to a conversation.
type line struct {
	Ordinal, Owner uint32 `json:"-"`
	ID             ledger.ID
	At             time.Time `json:"-"`
	Version        uint64
	Text           string
	Seen           bool
}

func encoded(r any) []byte {
	b, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	return append([]byte{1}, b...)
}

func decoded[T any](r *T, record []byte) (*T, error) {
	if len(record) == 0 || record[0] != 1 {
		return nil, codec.ErrDamaged
	}
	return r, json.Unmarshal(record[1:], r)
}

var sheetKind = ledger.Declare(ledger.Kind[sheet]{
	Shape: ledger.Shape{Entity: "sheet", Plural: "sheets", Number: 7, Prefix: 'p', Version: 1, Owner: fields.EntityContact},
	Stamp: func(s *sheet) ledger.Stamp {
		return ledger.Stamp{Ordinal: &s.Ordinal, Owner: &s.Owner, ID: &s.ID, Version: &s.Version}
	},
	Encode: func(s *sheet) []byte { return encoded(s) },
	Decode: func(ref ledger.Ref, record []byte) (*sheet, error) {
		return decoded(&sheet{Ordinal: ref.Ordinal, Owner: ref.Owner}, record)
	},
	Clone:  func(s *sheet) *sheet { c := *s; return &c },
	Claims: func(*sheet) []ledger.Claim { return nil },
})

var lineKind = ledger.Declare(ledger.Kind[line]{
	Shape: ledger.Shape{Entity: "line", Plural: "lines", Number: 9, Prefix: 'y', Version: 1, Owner: "sheet", Dated: true},
	Stamp: func(l *line) ledger.Stamp {
		return ledger.Stamp{Ordinal: &l.Ordinal, Owner: &l.Owner, At: &l.At, ID: &l.ID, Version: &l.Version}
	},
	Encode: func(l *line) []byte { return encoded(l) },
	Decode: func(ref ledger.Ref, record []byte) (*line, error) {
		return decoded(&line{Ordinal: ref.Ordinal, Owner: ref.Owner, At: time.UnixMilli(ref.At).UTC()}, record)
	},
	Clone:  func(l *line) *line { c := *l; return &c },
	Claims: func(*line) []ledger.Claim { return nil },
	Fields: []ledger.FieldOf[line]{
		{
			Field: fields.Field{Name: "text", Type: fields.FieldText, Standard: &fields.Standard{}},
			Get:   func(l *line) fields.Value { return fields.TextValue(l.Text) },
			Same:  func(a, b *line) bool { return a.Text == b.Text },
			Merge: ledger.MergePolicy[line]{Give: func(_, _ *line) {}, Take: func(_, _, _, _ *line) {}},
		},
		{
			Field: fields.Field{Name: "seen", Type: fields.FieldCheckbox, Standard: &fields.Standard{}},
			Get:   func(l *line) fields.Value { return fields.BoolValue(l.Seen) },
			Same:  func(a, b *line) bool { return a.Seen == b.Seen },
			Merge: ledger.MergePolicy[line]{Give: func(_, _ *line) {}, Take: func(_, _, _, _ *line) {}},
		},
	},
})

// desk is a store with sheets and lines.
type desk struct {
	*testStore
	behind atomic.Bool // the columns know of nothing
	asked  atomic.Bool // somebody has asked for the rows that there are
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	kinds := append(bothKinds[:len(bothKinds):len(bothKinds)], sheetKind, lineKind)
	store, err := storage.Open(context.Background(), storage.Options{Kinds: kinds, Engine: memory.New()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return &desk{testStore: newTestStoreOn(t, store)}
}

// documents are those of the lines.
func (d *desk) documents() Documents {
	return writing{
		store: d, kind: lineKind, texts: func(r ledger.Record) []string { return []string{r.(*line).Text} },
		changing: map[string]bool{"text": true}, above: []fields.Entity{fields.EntityContact, "sheet"},
	}.documents("line_text", "1", byOwner)
}

// live are the sheets that there are.
func (d *desk) live() (*roaring.Bitmap, uint64) {
	if d.behind.Load() {
		return roaring.New(), 0
	}
	seq := d.Head()
	list, err := sheetKind.Scan(context.Background(), d, ledger.Ref{}, 1_000_000)
	require.NoError(d.t, err)
	rows := roaring.New()
	for _, s := range list {
		rows.Add(s.Ordinal)
	}
	d.asked.Store(true)
	return rows, seq
}

func (d *desk) open(dir string, pace Pace) *Index {
	d.t.Helper()
	x, err := Open(d.t.Context(), Options{Dir: dir, Documents: d.documents(), Source: d, Pace: pace, Live: d.live})
	require.NoError(d.t, err)
	d.woken(x)
	d.t.Cleanup(func() { require.NoError(d.t, x.Close(context.Background())) })
	return x
}

func (d *desk) within(closure func(tx ledger.Tx) error) {
	d.t.Helper()
	_, err := d.Update(context.Background(), writer.Author, closure)
	require.NoError(d.t, err)
}

// sheet makes a sheet with lines and returns its ordinal.
func (d *desk) sheet(owner uint32, texts ...string) uint32 {
	d.t.Helper()
	var ordinal uint32
	d.within(func(tx ledger.Tx) error {
		s := &sheet{ID: uuid.New(), Owner: owner}
		if err := tx.Create(sheetKind, s); err != nil {
			return err
		}
		ordinal = s.Ordinal
		for i, text := range texts {
			l := &line{ID: uuid.New(), Owner: s.Ordinal, At: time.UnixMilli(int64(1_000 * i)).UTC(), Text: text}
			if err := tx.Create(lineKind, l); err != nil {
				return err
			}
		}
		return nil
	})
	return ordinal
}

// lines are those of a sheet.
func (d *desk) lines(sheet uint32) []*line {
	d.t.Helper()
	list, err := lineKind.OwnedBy(context.Background(), d, []uint32{sheet}, ledger.Window{Limit: 1_000})
	require.NoError(d.t, err)
	return list
}

func (d *desk) edit(sheet uint32, n int, edit func(*line)) {
	d.t.Helper()
	before := d.lines(sheet)[n]
	d.within(func(tx ledger.Tx) error {
		after := *before
		edit(&after)
		return tx.Update(lineKind, before, &after)
	})
}

// documentsOf counts the documents with a word that are not deleted, whether their rows are
// there or not.
func documentsOf(t *testing.T, x *Index, word string) (n int) {
	t.Helper()
	r, err := x.Reader()
	require.NoError(t, err)
	defer r.Close()
	docs, err := r.Term(Word, word)
	require.NoError(t, err)
	r.each(docs, func(uint32) { n++ })
	return n
}

func TestADocumentStandsForWhatItsRecordBelongsTo(t *testing.T) {
	d := newDesk(t)
	x := d.open(t.TempDir(), quick())
	ana := d.put(fields.Draft{"name": "Ana"})
	first := d.sheet(ana, "My refund, please", "Where is the refund?")
	second := d.sheet(ana, "Thanks")
	waitFor(t, x, d.testStore)
	require.Equal(t, []uint32{first}, find(t, x, Word, "refund"))
	require.Equal(t, 2, documentsOf(t, x, "refund"))
	require.Equal(t, []uint32{second}, find(t, x, Word, "thanks"))
	require.Empty(t, find(t, x, Word, "than"), "nothing but words")
	require.Zero(t, x.Terms().Len(), "no words are kept in memory")

	d.edit(second, 0, func(l *line) { l.Text = "Danke" })
	waitFor(t, x, d.testStore)
	require.Empty(t, find(t, x, Word, "thanks"))
	require.Equal(t, []uint32{second}, find(t, x, Word, "danke"))
	one := d.lines(first)[0]
	d.within(func(tx ledger.Tx) error { return tx.Delete(lineKind, one) })
	waitFor(t, x, d.testStore)
	require.Equal(t, 1, documentsOf(t, x, "refund"))
	found, err := x.Verify(t.Context(), func(uint64) {})
	require.NoError(t, err)
	require.Empty(t, found)
}

// What a change of no words leaves alone, and what is built anew.
func TestWritingsAreBuiltAsTheyAreFollowed(t *testing.T) {
	d := newDesk(t)
	ana := d.put(fields.Draft{"name": "Ana"})
	for range 3 {
		d.sheet(ana, "one refund", "two refunds", "three")
	}
	built := d.open(t.TempDir(), quick())
	waitFor(t, built, d.testStore)
	require.Equal(t, []uint32{1, 2, 3}, find(t, built, Word, "refund"))
	require.Equal(t, 3, documentsOf(t, built, "refunds"))
	found, err := built.Verify(t.Context(), func(uint64) {})
	require.NoError(t, err)
	require.Empty(t, found)

	require.True(t, d.documents().touches(&ledger.Change{Entity: "line", Op: ledger.OpUpdate, Fields: []string{"text"}}).itself)
	require.False(t, d.documents().touches(&ledger.Change{Entity: "line", Op: ledger.OpUpdate, Fields: []string{"seen"}}).itself)
	require.True(t, d.documents().touches(&ledger.Change{Entity: fields.EntityContact, Op: ledger.OpDelete}).orphans)
	require.False(t, d.documents().touches(&ledger.Change{Entity: fields.EntityContact, Op: ledger.OpMerge}).orphans, "a merge moves nothing")
}

// The log has the deletion of a contact only. What belonged to it goes all the same.
func TestOrphansAreSwept(t *testing.T) {
	d := newDesk(t)
	dir := t.TempDir()
	x := d.open(dir, quick())
	ana, bo := d.put(fields.Draft{"name": "Ana"}), d.put(fields.Draft{"name": "Bo"})
	d.sheet(ana, "zqxwvkj refund")
	kept := d.sheet(bo, "refund")
	waitFor(t, x, d.testStore)
	d.remove(ana)
	require.Eventually(t, func() bool { return documentsOf(t, x, "zqxwvkj") == 0 }, time.Minute, time.Millisecond)
	require.Equal(t, []uint32{kept}, find(t, x, Word, "refund"))
	require.NoError(t, x.Purge(t.Context()))
	require.False(t, onFile(t, x, "zqxwvkj"))
}

// At most once in Pace.Sweep, and whenever that has not been: before files are written anew,
// before the index is compared, and after a start.
func TestOrphansAreSweptBeforeAPurge(t *testing.T) {
	for name, sweep := range map[string]func(t *testing.T, d *desk, x *Index, dir string) *Index{
		"purge": func(t *testing.T, _ *desk, x *Index, _ string) *Index {
			require.NoError(t, x.Purge(t.Context()))
			require.False(t, onFile(t, x, "zqxwvkj"))
			return x
		},
		"verify": func(t *testing.T, _ *desk, x *Index, _ string) *Index {
			found, err := x.Verify(t.Context(), func(uint64) {})
			require.NoError(t, err)
			require.Empty(t, found)
			return x
		},
		"start": func(t *testing.T, d *desk, x *Index, dir string) *Index {
			require.NoError(t, x.onDisk(t.Context()))
			require.NoError(t, x.Close(t.Context()))
			x = d.open(dir, patient())
			require.Eventually(t, func() bool { return documentsOf(t, x, "zqxwvkj") == 0 }, time.Minute, time.Millisecond)
			return x
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			dir := t.TempDir()
			ana, bo := d.put(fields.Draft{"name": "Ana"}), d.put(fields.Draft{"name": "Bo"})
			x := d.open(dir, patient())
			d.sheet(ana, "zqxwvkj refund")
			d.sheet(bo, "refund")
			waitFor(t, x, d.testStore)
			require.NoError(t, x.onDisk(t.Context()))
			require.Eventually(t, d.asked.Load, time.Minute, time.Millisecond, "the follower sweeps once after its start")
			d.remove(ana)
			waitFor(t, x, d.testStore)
			require.Equal(t, 1, documentsOf(t, x, "zqxwvkj"), "it was looked for orphans just now")
			x = sweep(t, d, x, dir)
			require.Zero(t, documentsOf(t, x, "zqxwvkj"))
			require.Equal(t, 1, documentsOf(t, x, "refund"))
		})
	}
}

// patient is quick but for sweeps.
func patient() Pace {
	p := quick()
	p.Sweep = time.Hour
	return p
}

// While the columns are behind the text, a row that is missing may be about to come.
func TestNothingIsSweptWhileColumnsAreBehind(t *testing.T) {
	d := newDesk(t)
	x := d.open(t.TempDir(), patient())
	d.sheet(d.put(fields.Draft{"name": "Ana"}), "refund")
	waitFor(t, x, d.testStore)
	d.behind.Store(true)
	done, err := x.sweep(t.Context())
	require.NoError(t, err)
	require.False(t, done)
	require.ErrorIs(t, x.Purge(t.Context()), errPurge)
	require.Equal(t, 1, documentsOf(t, x, "refund"))
}

// The index is opened when everything is written, so that no document is written twice: one that
// was replaced counts until its segment is merged.
func TestWordsThatGoOnAndWordsWithATypo(t *testing.T) {
	d := newDesk(t)
	owner := d.put(fields.Draft{"name": "Ana"})
	d.sheet(owner, "refund refunded", "refunds", "refunds", "reform", "доставка")
	d.sheet(owner, "refundable rfund refnud defund доставки")
	x := d.open(t.TempDir(), quick())
	waitFor(t, x, d.testStore)
	r, err := x.Reader()
	require.NoError(t, err)
	defer r.Close()
	words := func(list []string, err error) []string {
		t.Helper()
		require.NoError(t, err)
		return list
	}
	require.Equal(t, []string{"refunds", "refundable", "refunded"}, words(r.Begun(Word, "refund", 10)))
	require.Equal(t, []string{"refunds"}, words(r.Begun(Word, "refund", 1)))
	require.Empty(t, words(r.Begun(Word, "zebra", 10)))
	starting := func(beginning string, most int) uint64 {
		t.Helper()
		docs, err := r.Starting(Word, beginning, most)
		require.NoError(t, err)
		return docs.Len()
	}
	require.EqualValues(t, 4, starting("refund", 10), "three sheets with refunds or refunded, one with refundable")
	require.EqualValues(t, 1, starting("refund", 1), "those of the first word")
	require.Zero(t, starting("zebra", 10))
	require.Equal(t, []string{"refunds", "defund", "refnud", "rfund"}, words(r.Near(Word, "refund", 10)))
	require.Equal(t, []string{"доставки"}, words(r.Near(Word, "доставка", 10)))
	require.Equal(t, []byte("b"), behind("a\xff"))
	require.Nil(t, behind("\xff"))
}

// What fell behind the log that is kept is built once the writers rest.
func TestABuildThatCameTooLateWaitsForWritersToRest(t *testing.T) {
	d := newDesk(t)
	heads := &restless{Source: d, heads: []uint64{0, 3 * windowSize, 5 * windowSize, 5*windowSize + 10}}
	f := follower{Index: &Index{source: heads, pace: Pace{Calm: time.Millisecond}}}
	f.awaitCalm(t.Context())
	require.Equal(t, 4, heads.asked)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	heads.asked = 0
	f.awaitCalm(ctx)
	require.LessOrEqual(t, heads.asked, 2)
}

// restless is a log that grows from one question to the next.
type restless struct {
	Source
	heads []uint64
	asked int
}

func (r *restless) Head() uint64 {
	r.asked++
	return r.heads[min(r.asked, len(r.heads))-1]
}

func TestWhatADocumentIsKnownBy(t *testing.T) {
	ref := ledger.Ref{Owner: 3, Ordinal: 0x01020304, At: 5}
	for name, c := range map[string]struct {
		of           Documents
		id           string
		row, ordinal uint32
	}{
		"stands alone":         {Documents{}, "\x01\x02\x03\x04", ref.Ordinal, ref.Ordinal},
		"stands for its owner": {Documents{row: byOwner}, "\x00\x00\x00\x03\x01\x02\x03\x04", 3, ref.Ordinal},
		"stands for itself":    {Documents{row: byItself}, "\x00\x00\x00\x03\x01\x02\x03\x04", ref.Ordinal, ref.Ordinal},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.id, c.of.id(ref))
			row, ordinal := c.of.read([]byte(c.id))
			require.Equal(t, []uint32{c.row, c.ordinal}, []uint32{row, ordinal})
			row, ordinal = c.of.read([]byte("other"))
			require.Zero(t, row+ordinal)
		})
	}
}

package columns

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"runtime"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// smallTable has a value in a column of every kind.
func smallTable() *Tables {
	t := newTables(gramBatch)
	fill(t, []*companies.Company{{Ordinal: 1, ID: uuid.New(), Name: "Acme"}}, []*contacts.Contact{
		{
			Ordinal: 1, ID: uuid.New(), Type: contacts.TypeLead, Name: "Ana", Labels: []string{"VIP", "new"}, Company: 1,
			CreatedAt: time.UnixMilli(1), Attributes: fields.Attributes{{Number: 1, Value: fields.BoolValue(true)}},
		},
		{Ordinal: 2, ID: uuid.New(), Type: contacts.TypeLead, Name: "ANA", Labels: []string{"vip"}},
	})
	t.Advance(7)
	return t
}

func checkpointOf(t testing.TB, table *Tables) []byte {
	var file bytes.Buffer
	_, err := table.Checkpoint(&file)
	require.NoError(t, err)
	return file.Bytes()
}

func TestLoadRestoresWhatWasWritten(t *testing.T) {
	table := smallTable()
	loaded, err := load(bytes.NewReader(checkpointOf(t, table)))
	require.NoError(t, err)
	require.EqualValues(t, 7, loaded.Seq())
	require.Equal(t, state(table), state(loaded))
}

func TestLoadRefusesEveryDamage(t *testing.T) {
	file := checkpointOf(t, smallTable())
	for _, length := range []int{0, 1, headerBytes - 1, headerBytes, headerBytes + 3, len(file) / 2, len(file) - 1} {
		_, err := load(bytes.NewReader(file[:length]))
		require.Error(t, err, "the first %d bytes", length)
	}
	first := sectionHead + int(binary.LittleEndian.Uint32(file[headerBytes+1:])) + 4
	_, err := load(bytes.NewReader(append(bytes.Clone(file[:headerBytes]), file[headerBytes+first:]...)))
	require.Error(t, err, "a section is missing")
	// Every byte of the head, then some.
	for at := 0; at < len(file); at += 1 + at/64 {
		damaged := bytes.Clone(file)
		damaged[at] ^= 0x10
		_, err := load(bytes.NewReader(damaged))
		require.Error(t, err, "byte %d", at)
	}
}

// deltaOf is what a table has otherwise than a base.
func deltaOf(t testing.TB, table *Tables, base *Base) []byte {
	var file bytes.Buffer
	seq, err := table.WriteDelta(&file, base)
	require.NoError(t, err)
	require.Equal(t, table.Seq(), seq)
	return file.Bytes()
}

func TestADeltaHasOnlyWhatChanged(t *testing.T) {
	table := newTables(gramBatch)
	var people []*contacts.Contact
	for ordinal := uint32(1); ordinal <= largeSize; ordinal += 10 { // over two blocks
		c := person(ordinal)
		c.Company = 1
		people = append(people, c)
	}
	fill(table, []*companies.Company{{Ordinal: 1, Name: "Acme"}}, people)
	table.Advance(1)
	var file bytes.Buffer
	base, err := table.WriteBase(&file)
	require.NoError(t, err)
	names := 0
	for _, of := range table.tables {
		for _, s := range of.standard {
			names += len(s.name) + 16
		}
	}
	require.Less(t, len(deltaOf(t, table, base)), names+500, "nothing but names")

	c := person(66_001)
	c.Company = 1
	c.LastSeenAt = c.LastSeenAt.Add(time.Hour)
	c.Attributes = append(c.Attributes, fields.Attribute{Number: 9, Value: fields.TextValue("new")})
	table.Apply([]ledger.Change{{Seq: 2, Entity: fields.EntityContact, Op: ledger.OpUpdate, Ordinal: c.Ordinal, Record: c}})
	table.KeepAttributes(butFor(6))
	written := deltaOf(t, table, base)
	require.Less(t, len(written), file.Len()/20)

	delta, err := newTables(gramBatch).ReadDelta(bytes.NewReader(written))
	require.NoError(t, err)
	loaded := newTables(gramBatch)
	again, err := loaded.LoadBase(bytes.NewReader(file.Bytes()), delta)
	require.NoError(t, err)
	require.EqualValues(t, 2, again.Newest)
	again.Newest = base.Newest
	require.Equal(t, base, again)
	require.EqualValues(t, 2, loaded.Seq())
	require.Equal(t, state(table), state(loaded))
}

// A delta that is no longer, or not yet, that of the base is left aside.
func TestADeltaOfAnotherBaseIsLeftAside(t *testing.T) {
	table := smallTable()
	var first, second bytes.Buffer
	former, err := table.WriteBase(&first)
	require.NoError(t, err)
	_, err = table.WriteBase(&second)
	require.NoError(t, err)
	table.Apply([]ledger.Change{{Seq: 8, Entity: fields.EntityContact, Op: ledger.OpDelete, Ordinal: 1}})
	delta, err := newTables(gramBatch).ReadDelta(bytes.NewReader(deltaOf(t, table, former)))
	require.NoError(t, err)
	loaded := newTables(gramBatch)
	_, err = loaded.LoadBase(&second, delta)
	require.NoError(t, err)
	require.EqualValues(t, 7, loaded.Seq())
}

func TestDamagedDeltasAreNotRead(t *testing.T) {
	table := smallTable()
	base, err := table.WriteBase(io.Discard)
	require.NoError(t, err)
	table.Apply([]ledger.Change{{Seq: 8, Entity: fields.EntityContact, Op: ledger.OpDelete, Ordinal: 1}})
	file := deltaOf(t, table, base)
	for at := 0; at < len(file); at += 1 + at/64 {
		damaged := bytes.Clone(file)
		damaged[at] ^= 0x10
		_, err := newTables(gramBatch).ReadDelta(bytes.NewReader(damaged))
		require.Error(t, err, "byte %d", at)
		_, err = newTables(gramBatch).ReadDelta(bytes.NewReader(file[:at]))
		require.Error(t, err, "the first %d bytes", at)
	}
}

func TestLoadNamesTheVersionItRefuses(t *testing.T) {
	b := append([]byte(checkpointMagic), 0, 0, 0, 0)
	binary.LittleEndian.PutUint32(b[len(checkpointMagic):], newTables(gramBatch).version()+1)
	b = append(b, make([]byte, 8+8)...)
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	_, err := load(bytes.NewReader(b))
	require.ErrorContains(t, err, "version")
}

func TestLoadBelievesNoLength(t *testing.T) {
	file := checkpointOf(t, smallTable())[:headerBytes]
	file = append(file, sectionPiece, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := load(bytes.NewReader(file))
	runtime.ReadMemStats(&after)
	require.ErrorIs(t, err, errCorrupt)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8<<20))
}

func TestCheckpointStopsAtTheFirstError(t *testing.T) {
	writes := 0
	_, err := smallTable().Checkpoint(writerFunc(func([]byte) (int, error) {
		writes++
		return 0, io.ErrShortWrite
	}))
	require.ErrorIs(t, err, io.ErrShortWrite)
	require.Equal(t, 1, writes)
}

// FuzzLoad hands sections with right checksums to the decoder, so that it gets
// past them. A section of the input is kind, length and body; bodies of blocks
// are stretched to the size that a block has.
func FuzzLoad(f *testing.F) {
	for _, name := range []string{"contact/*live", "contact/*to.company", "company/name", "contact/name", "contact/labels", "contact/created_at"} {
		column := append([]byte{0, 0}, name...)
		seed := append([]byte{sectionColumn, byte(len(column))}, column...)
		for part := range byte(5) {
			seed = append(seed, sectionPiece, 7, part, 0, 0, 4, 'a', 'n', 'a')
			seed = append(seed, sectionPiece, 5, part, 0, 1, 1, 0)
		}
		f.Add(seed)
	}
	f.Add([]byte{sectionColumn, 10, 1, 4, 'c', 'o', 'n', 't', 'a', 'c', 't', '/', sectionPiece, 3, 0, 0, 0})
	email := append([]byte{sectionColumn, 15, 0, 0}, "contact/email"...)
	email = append(email, sectionPiece, 8, 0, 0, 0, 4, 'a', 'n', 'a', 0)
	segment := append(binary.AppendUvarint([]byte{4, 0, 0, 2, 1}, uint64(gramAt("ana", 0))), 1, 2)
	f.Add(append(append(email, sectionPiece, byte(len(segment))), segment...))
	contains := &filter.Rule{Operator: filter.Contains, Values: []fields.Value{fields.TextValue("ana")}}
	f.Fuzz(func(t *testing.T, input []byte) {
		table, err := load(bytes.NewReader(fileOf(input)))
		if err != nil {
			return
		}
		fill(table, nil, []*contacts.Contact{{Ordinal: 1, Name: "Ana", Labels: []string{"a"}}, {Ordinal: 2, Name: "ana"}})
		table.Apply([]ledger.Change{{Seq: table.Seq() + 1, Entity: fields.EntityContact, Op: ledger.OpDelete, Ordinal: 3}})
		columnOf[*textColumn](table.people, "email").match(query{work: newWork(nil)}, contains)
		table.View(func(v *View) {
			v.Facets(v.Rows(nil, env), fields.CountValues(contacts.StandardFields...))()
			v.Person(1)
		})
		_, err = load(bytes.NewReader(checkpointOf(t, table)))
		require.NoError(t, err)
	})
}

// fileOf makes a checkpoint of the sections in the input.
func fileOf(input []byte) []byte {
	var file bytes.Buffer
	out := sectionWriter{w: &file}
	out.header(checkpointMagic, newTables(gramBatch).version(), 1, 2)
	for len(input) >= 2 && file.Len() < 4<<20 {
		kind, size := input[0], min(int(input[1]), len(input)-2)
		body := input[2 : 2+size]
		input = input[2+size:]
		if kind == sectionPiece && len(body) > 3 && body[2] > 0 && body[2] <= 4 && body[0] != 0 {
			pattern := body[3:]
			body = append([]byte{}, body[:3]...)
			for len(body) < 3+int(body[2])*blockRows {
				body = append(body, pattern...)
			}
			body = body[:3+int(body[2])*blockRows]
		}
		out.section(kind, func(b []byte) []byte { return append(b, body...) })
	}
	out.end(0)
	return file.Bytes()
}

// TestAnotherFieldIsAnotherVersion: a checkpoint that lacks the column of a field, or a
// relation, is not loaded.
func TestAnotherFieldIsAnotherVersion(t *testing.T) {
	people := contacts.Kind.Columns()
	other := append(people[:len(people):len(people)], ledger.Column{Field: fields.Field{Name: "job_title", Type: fields.FieldText}})
	to := []ledger.Relation{{Name: "company", To: fields.EntityCompany}}
	versions := map[uint32]bool{}
	for _, layouts := range [][]layout{
		{{declared: people}, {}}, {{declared: other}, {}}, {{}, {declared: people}}, {{declared: people[1:]}, {declared: people[:1]}},
		{{declared: people, relations: to}, {}},
	} {
		tables := &Tables{}
		for _, l := range layouts {
			tables.tables = append(tables.tables, &table{layout: l})
		}
		versions[tables.version()] = true
	}
	require.Len(t, versions, 5)
}

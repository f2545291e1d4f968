package storage

import (
	"time"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// The codec versions of packs of the log. One of version 7 has the moments of records of dated
// kinds. Each pack is of the lowest version that has all that is in it.
const (
	packOwners  = codecKinds
	packMoments = 7
	packNewest  = packMoments
)

// packVersion is the lowest version that has all that is in a pack.
func packVersion(changes []ledger.Change) byte {
	for i := range changes {
		if changes[i].Moment != 0 {
			return packMoments
		}
	}
	return packOwners
}

// maxPack is about how many bytes of changes one record of the log holds.
const maxPack = 256 << 10

// encodePack returns the record of a run of changes of one commit, whose
// numbers follow each other. Words that repeat (entities, fields, sources, actors)
// are written once, in a table in front.
func encodePack(changes []ledger.Change) []byte {
	words := wordTable{numbers: map[string]uint64{}}
	version := packVersion(changes)
	var body codec.Encoder
	for _, c := range changes {
		body.B = append(body.B, byte(c.Op))
		body.Uvarint(words.number(string(c.Entity)))
		body.Uvarint(words.number(string(c.Source)))
		body.Uvarint(uint64(c.Ordinal))
		body.Uvarint(uint64(c.Owner))
		if version >= packMoments {
			body.Varint(c.Moment)
		}
		body.Uvarint(words.number(c.Actor))
		body.String(c.Key)
		body.Uvarint(uint64(len(c.Fields)))
		for _, f := range c.Fields {
			body.Uvarint(words.number(f))
		}
	}
	e := codec.New(version, 64+len(body.B))
	e.Uvarint(changes[0].Seq)
	e.Varint(changes[0].At.UnixMilli())
	e.Uvarint(uint64(len(words.list)))
	for _, w := range words.list {
		e.String(w)
	}
	e.Uvarint(uint64(len(changes)))
	e.B = append(e.B, body.B...)
	return e.B
}

// wordTable numbers words in the order they first occur.
type wordTable struct {
	list    []string
	numbers map[string]uint64
}

func (t *wordTable) number(word string) uint64 {
	n, ok := t.numbers[word]
	if !ok {
		n = uint64(len(t.list))
		t.numbers[word] = n
		t.list = append(t.list, word)
	}
	return n
}

// decodePack reads the changes of one record of the log.
func decodePack(record []byte) ([]ledger.Change, error) {
	d, err := codec.Open(record, packNewest)
	if err != nil {
		return nil, err
	}
	seq, at, words := d.Uvarint(), d.Time(), d.Strings()
	word := func() string {
		n := d.Uvarint()
		if n >= uint64(len(words)) {
			d.Fail()
			return ""
		}
		return words[n]
	}
	n := d.Count(6)
	changes := make([]ledger.Change, 0, min(n, 1024))
	for ; n > 0 && !d.Failed(); n-- {
		changes = append(changes, readChange(&d, seq, at, word))
		seq++
	}
	if err := d.Finish(); err != nil {
		return nil, err
	}
	return changes, nil
}

func readChange(d *codec.Decoder, seq uint64, at time.Time, word func() string) ledger.Change {
	c := ledger.Change{Seq: seq, At: at, Op: ledger.Op(d.Byte())}
	c.Entity = fields.Entity(word())
	c.Source = ledger.Source(word())
	c.Ordinal = d.Uint32()
	if d.Version() >= packOwners {
		c.Owner = d.Uint32()
		if d.Version() >= packMoments {
			c.Moment = d.Varint()
		}
		c.Actor = word()
	}
	c.Key = d.String()
	if n := d.Count(1); n > 0 {
		c.Fields = make([]string, n)
		for i := range c.Fields {
			c.Fields[i] = word()
		}
	}
	return c
}

// changeSize is about how many bytes a change takes in the log.
func changeSize(c ledger.Change) int {
	n := 24 + len(c.Key)
	if c.Moment != 0 {
		n += momentBytes + 1
	}
	for _, f := range c.Fields {
		n += 2 + len(f)
	}
	return n
}

// packs cuts the changes of a commit into runs of at most about maxPack bytes.
func packs(changes []ledger.Change) [][]ledger.Change {
	var runs [][]ledger.Change
	start, size := 0, 0
	for i, c := range changes {
		n := changeSize(c)
		if i > start && size+n > maxPack {
			runs = append(runs, changes[start:i])
			start, size = i, 0
		}
		size += n
	}
	if start < len(changes) {
		runs = append(runs, changes[start:])
	}
	return runs
}

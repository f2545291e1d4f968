package storage

import (
	"time"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
)

// maxPack is about how many bytes of changes one record of the log holds.
const maxPack = 256 << 10

// encodePack returns the record of a run of changes of one commit, whose
// numbers follow each other. Words that repeat (entities, fields, sources, actors)
// are written once, in a table in front.
func encodePack(changes []contacts.Change) []byte {
	words := wordTable{numbers: map[string]uint64{}}
	var body encoder
	for _, c := range changes {
		body.b = append(body.b, byte(c.Op))
		body.uvarint(words.number(string(c.Entity)))
		body.uvarint(words.number(string(c.Source)))
		body.uvarint(uint64(c.Ordinal))
		body.uvarint(uint64(c.Owner))
		body.uvarint(words.number(c.Actor))
		body.string(c.Key)
		body.uvarint(uint64(len(c.Fields)))
		for _, f := range c.Fields {
			body.uvarint(words.number(f))
		}
	}
	e := newRecord(codecNewest, 64+len(body.b))
	e.uvarint(changes[0].Seq)
	e.varint(changes[0].At.UnixMilli())
	e.uvarint(uint64(len(words.list)))
	for _, w := range words.list {
		e.string(w)
	}
	e.uvarint(uint64(len(changes)))
	e.b = append(e.b, body.b...)
	return e.b
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
func decodePack(record []byte) ([]contacts.Change, error) {
	d, err := openRecord(record, codecNewest)
	if err != nil {
		return nil, err
	}
	seq, at, words := d.uvarint(), d.time(), d.strings()
	word := func() string {
		n := d.uvarint()
		if n >= uint64(len(words)) {
			d.fail()
			return ""
		}
		return words[n]
	}
	n := d.count(6)
	changes := make([]contacts.Change, 0, min(n, 1024))
	for ; n > 0 && !d.failed; n-- {
		changes = append(changes, d.change(seq, at, word))
		seq++
	}
	if err := d.finish(); err != nil {
		return nil, err
	}
	return changes, nil
}

func (d *decoder) change(seq uint64, at time.Time, word func() string) contacts.Change {
	c := contacts.Change{Seq: seq, At: at, Op: contacts.Op(d.byte())}
	c.Entity = fields.Entity(word())
	c.Source = contacts.Source(word())
	c.Ordinal = d.uint32()
	if d.b[0] >= codecKinds {
		c.Owner = d.uint32()
		c.Actor = word()
	}
	c.Key = d.string()
	if n := d.count(1); n > 0 {
		c.Fields = make([]string, n)
		for i := range c.Fields {
			c.Fields[i] = word()
		}
	}
	return c
}

// changeSize is about how many bytes a change takes in the log.
func changeSize(c contacts.Change) int {
	n := 24 + len(c.Key)
	for _, f := range c.Fields {
		n += 2 + len(f)
	}
	return n
}

// packs cuts the changes of a commit into runs of at most about maxPack bytes.
func packs(changes []contacts.Change) [][]contacts.Change {
	var runs [][]contacts.Change
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

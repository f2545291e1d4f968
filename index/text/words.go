package text

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	segment "github.com/blevesearch/scorch_segment_api/v2"

	"github.com/ndoto/kundi/index/durable"
	"github.com/ndoto/kundi/index/terms"
)

// The words of an index are kept in a file in the folder of its engine, with a list of the files of Bleve that
// they are from. So a start need not read them from all of those, and find again how each of them sounds: of ten
// million contacts this took a quarter of its processor time. It reads the words of the files that are not in the list
// and adds them. Words of documents that are there no more do no harm: they find nothing.
const (
	wordsFile  = "words"
	wordsMagic = "KUNDIWRD"
	wordsHead  = len(wordsMagic) + 4 + 4 // and terms.SavedForm, and how long the list is

	wordsLeast = 20_000      // documents in files that are not in the list, at least, before it is written anew
	wordsShare = 8           // and of all documents one in so many, at least
	wordsAgain = time.Minute // after which it is tried again
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errWords is a file of words that this version has not written.
var errWords = errors.New("the file of words is damaged or of another version")

// keptWords is what is known of the file of words.
type keptWords struct {
	files  fileSums  // of which it has the words
	failed time.Time // when it could not be written
}

// fileSums are the sums at the end of files of Bleve, by their names. A name may be given twice: Bleve forgets after
// a crash which it gave.
type fileSums map[string]uint32

// sumsOf returns the sums of the segments that are on disk.
func sumsOf(segments []segment.Segment) (fileSums, error) {
	sums := fileSums{}
	for _, s := range segments {
		if path := fileOf(s); path != "" {
			sum, err := storedSum(path)
			if err != nil {
				return nil, err
			}
			sums[filepath.Base(path)] = sum
		}
	}
	return sums, nil
}

// without returns the segments on disk whose files have none of these names, and how many documents these and all
// on disk have.
func (known fileSums) without(segments []segment.Segment) (others []segment.Segment, docs, all uint64) {
	for _, s := range segments {
		path := fileOf(s)
		if path == "" {
			continue
		}
		all += s.Count()
		if _, found := known[filepath.Base(path)]; !found {
			others = append(others, s)
			docs += s.Count()
		}
	}
	return others, docs, all
}

// readWords reads the words of an engine into memory.
func (x *Index) readWords(e *engine) error {
	snapshot, segments, err := e.segments()
	if err != nil {
		return err
	}
	defer snapshot.Close()
	sums, err := sumsOf(segments)
	if err != nil {
		return err
	}
	x.wordsMu.Lock()
	defer x.wordsMu.Unlock()
	x.kept = keptWords{}
	files, saved, err := loadWords(x.wordsPath())
	maps.DeleteFunc(files, func(name string, sum uint32) bool { return sums[name] != sum })
	others, docs, all := files.without(segments)
	if err != nil || 2*docs > all { // what others were merged from counts twice
		return x.rereadWords(segments)
	}
	entries, err := entriesOf(others)
	if err != nil {
		return err
	}
	x.terms.Use(saved)
	x.terms.AddEntries(entries)
	x.kept.files = files
	return nil
}

// rereadWords reads the words of all segments.
func (x *Index) rereadWords(segments []segment.Segment) error {
	entries, err := entriesOf(segments)
	if err == nil {
		x.terms.Replace(entries)
	}
	return err
}

// entriesOf returns the words of segments with the number of documents that have them: the terms of Name and Word
// together.
func entriesOf(segments []segment.Segment) ([]terms.Entry, error) {
	lists := [][]terms.Entry{nil}
	for _, s := range segments {
		for _, f := range [...]Field{Name, Word} {
			list, err := fieldEntries(s, f)
			if err != nil {
				return nil, err
			}
			lists = append(lists, list)
		}
	}
	for len(lists) > 1 { // two and two, so that few are copied often
		var joined [][]terms.Entry
		for pair := range slices.Chunk(lists, 2) {
			joined = append(joined, terms.Merge(pair[0], slices.Concat(pair[1:]...)))
		}
		lists = joined
	}
	return lists[0], nil
}

// fieldEntries lists the terms of one field of a segment in order.
func fieldEntries(s segment.Segment, f Field) (list []terms.Entry, err error) {
	dict, err := s.Dictionary(string(f))
	if err != nil {
		return nil, err
	}
	it := dict.AutomatonIterator(nil, nil, nil)
	for {
		entry, err := it.Next()
		if err != nil || entry == nil {
			return list, err
		}
		list = append(list, terms.Entry{Text: entry.Term, Count: uint32(entry.Count)})
	}
}

func (x *Index) wordsPath() string { return filepath.Join(x.dir, liveFolder, wordsFile) }

// keepWords writes the words to their file when many documents are in files of Bleve that were made since.
func (f *follower) keepWords() {
	e, err := f.live()
	if err != nil || !f.of.spelled {
		return
	}
	f.writing.Lock() // no words come meanwhile
	defer f.writing.Unlock()
	f.wordsMu.Lock()
	defer f.wordsMu.Unlock()
	if time.Since(f.kept.failed) < wordsAgain {
		return
	}
	if err := f.keepWordsWhenDue(e); err != nil {
		f.kept.failed = time.Now()
		f.log.Warn("the words of the text index cannot be kept in a file", "error", err)
	}
}

// keepWordsWhenDue reads all words again before it keeps them: in memory are also those of whoever is gone, and a word counts
// once more with each change of a record that has it.
func (f *follower) keepWordsWhenDue(e *engine) error {
	snapshot, segments, err := e.segments()
	if err != nil {
		return err
	}
	defer snapshot.Close()
	if _, docs, all := f.kept.files.without(segments); !wordsAreDue(docs, all, f.wordsLeast) {
		return nil
	}
	if err := f.rereadWords(segments); err != nil {
		return err
	}
	sums, err := sumsOf(segments)
	if err != nil {
		return err
	}
	if err := f.saveWords(sums); err != nil {
		return err
	}
	f.kept = keptWords{files: sums}
	return nil
}

// wordsAreDue reports whether so many documents, of all, are in files that are not in the list.
func wordsAreDue(docs, all, least uint64) bool { return docs >= max(least, all/wordsShare) }

// dropWords removes the file of words: it has words of documents that are gone.
func (x *Index) dropWords() error {
	x.wordsMu.Lock()
	defer x.wordsMu.Unlock()
	x.kept = keptWords{}
	return errors.Join(durable.Remove(x.wordsPath()), durable.Remove(x.wordsPath()+durable.New))
}

// saveWords writes the file of words. Behind all is its sum.
func (x *Index) saveWords(sums fileSums) error {
	list, err := json.Marshal(sums)
	if err != nil {
		return err
	}
	_, err = durable.Write(x.wordsPath(), func(w io.Writer) error {
		sum := crc32.New(castagnoli)
		out := io.MultiWriter(w, sum)
		head := binary.LittleEndian.AppendUint32([]byte(wordsMagic), terms.SavedForm)
		head = binary.LittleEndian.AppendUint32(head, uint32(len(list)))
		if _, err := out.Write(append(head, list...)); err != nil {
			return err
		}
		if err := x.terms.Save(out); err != nil {
			return err
		}
		_, err := w.Write(sum.Sum(nil))
		return err
	})
	return err
}

// loadWords reads what saveWords wrote.
func loadWords(path string) (fileSums, *terms.Saved, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	buffer, sum := bufio.NewReaderSize(file, 1<<20), crc32.New(castagnoli)
	in := io.TeeReader(buffer, sum)
	files, err := loadFileSums(in, info.Size())
	if err != nil {
		return nil, nil, err
	}
	saved, err := terms.Load(in, info.Size())
	if err != nil {
		return nil, nil, err
	}
	if behind, err := io.ReadAll(buffer); err != nil || string(behind) != string(sum.Sum(nil)) {
		return nil, nil, errWords
	}
	return files, saved, nil
}

// loadFileSums reads what is before the words.
func loadFileSums(in io.Reader, size int64) (files fileSums, err error) {
	head := make([]byte, wordsHead)
	if _, err := io.ReadFull(in, head); err != nil {
		return nil, err
	}
	form, length := binary.LittleEndian.Uint32(head[len(wordsMagic):]), binary.LittleEndian.Uint32(head[len(wordsMagic)+4:])
	if string(head[:len(wordsMagic)]) != wordsMagic || form != terms.SavedForm || int64(length) > size {
		return nil, errWords
	}
	list := make([]byte, length)
	if _, err := io.ReadFull(in, list); err != nil {
		return nil, err
	}
	return files, json.Unmarshal(list, &files)
}

package search

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/text"
	"github.com/ndoto/kundi/words"
)

// Limits of a look for duplicates.
const (
	MaxSimilar = 20 // contacts answered

	similarEach   = 100 // contacts compared of each kind of candidates: those seen last
	minTypoLocal  = 6   // letters of a local part that may have a typo
	minTypoDigits = 9   // digits of a phone number that may have one
)

// SimilarQuery asks who a person may be that is about to be entered.
type SimilarQuery struct {
	Sketch contacts.Sketch // as Schema.Sketch returns it
	Limit  int             // 1 to MaxSimilar
	// MinSeq is a change that the answer must reflect, as in a Query.
	MinSeq uint64
}

// SimilarAnswer are the likely duplicates, the likeliest first.
type SimilarAnswer struct {
	Hits []Likeness
	Seq  uint64 // newest change that the answer reflects
}

// Similar finds the contacts that are more likely than not the person of a
// sketch; see Likeness. Candidates come from the text index: by identifier, by
// e-mail and phone in other forms or with a typo, by name, and by name and
// company or city. Of each kind the last seen are compared, so the work is
// bounded. Errors are those of Search.
func (e *Engine) Similar(ctx context.Context, q SimilarQuery) (SimilarAnswer, error) {
	reader, err := e.reader(ctx, q.MinSeq)
	if err != nil {
		return SimilarAnswer{}, err
	}
	defer reader.Close()
	s := &searcher{ctx: ctx, Engine: e, phrase: nameOf(q.Sketch)}
	e.columns.View(func(v *columns.View) { s.within, s.everyone = v.Everyone(), v.Size() })
	d := doubles{searcher: s, find: newFinder(ctx, reader, e.terms, &s.phrase), sketch: q.Sketch, chosen: roaring.New()}
	d.collect()
	if err := cmp.Or(d.find.err, s.err()); err != nil {
		return SimilarAnswer{}, err
	}
	return SimilarAnswer{Hits: d.compare(q.Limit), Seq: reader.Seq()}, nil
}

// nameOf reads the name of a sketch as a phrase of finished words; it looks for
// nothing but names.
func nameOf(sketch contacts.Sketch) phrase {
	p := parse(sketch.Name+" ", "")
	p.literals = nil
	return p
}

// doubles is one look for duplicates under way.
type doubles struct {
	*searcher // of the name
	find      *finder
	sketch    contacts.Sketch
	chosen    *roaring.Bitmap // whom to compare
	words     int             // of the name, without titles
	namesakes namesakes
}

// namesakes are how many contacts have every word of the name as it is, and how
// many have them also by nickname, sound or as the beginning of another.
type namesakes struct{ exact, known uint64 }

// collect chooses whom to compare, the surest kinds first.
func (d *doubles) collect() {
	f := d.find
	if d.sketch.Identifier != "" {
		d.choose(f.any(text.Key, []string{text.IdentifierTerm(d.sketch.Identifier)}))
	}
	mail := fields.SplitEmail(d.sketch.Email)
	if mail.Whole != "" {
		d.choose(f.any(text.Mail, []string{mail.Whole}))
	}
	if cores := numbersOf(d.sketch.Phone); len(cores) > 0 {
		d.choose(f.phone(literal{text: cores[0], cores: cores}))
		if len(cores[0]) >= minTypoDigits {
			d.choose(f.halves(text.Phone, cores[0], text.PhoneGrams))
		}
	}
	if mail.Domain != "" {
		d.choose(d.mailForms(mail))
	}
	d.collectNames()
	if mail.Local != "" {
		d.choose(f.any(text.Mail, []string{mail.Local}))
	}
}

// numbersOf returns the digits that were typed of a phone number and, where it
// has no country code, what they may be without what is dialled before; none of
// an unfinished number.
func numbersOf(phone string) []string {
	digits := words.Digits(phone)
	switch {
	case len(digits) < minNational:
		return nil
	case strings.HasPrefix(phone, "+"):
		return []string{digits}
	}
	return slices.DeleteFunc(phoneCores(phone, digits, ""), func(core string) bool { return len(core) < minNational })
}

// choose adds the contacts that documents are, of many those seen last, and
// returns how many there are.
func (d *doubles) choose(docs text.Docs) uint64 {
	found := d.found(d.find, docs)
	size := found.GetCardinality()
	if found.AndNot(d.chosen); found.GetCardinality() > similarEach {
		found = d.lastSeen(found, similarEach)
	}
	d.chosen.Or(found)
	return size
}

// mailForms returns the documents whose e-mail is of the same domain and may
// differ in nothing but dots, what follows a plus, or a typo.
func (d *doubles) mailForms(mail fields.EmailParts) text.Docs {
	f := d.find
	docs := f.mailForms(mail)
	if local, _, _ := strings.Cut(mail.Local, "+"); len(local) >= minTypoLocal {
		docs = docs.Or(f.halves(text.Gram, local, text.Grams).And(f.any(text.Mail, []string{"@" + mail.Domain})))
	}
	return docs
}

// collectNames chooses the contacts that have the name, those of the same
// company or city before others.
func (d *doubles) collectNames() {
	f := d.find
	if len(f.words) == 0 {
		return
	}
	titles := d.phrase.optional
	f.findKnown()
	d.phrase.optional = titles // a name that is a place, too, is a name here
	d.words = d.phrase.needs()
	exact, known := f.needed(exactDocs, noWord), f.needed(knownDocs, noWord)
	f.findSlips()
	near := f.needed(typoDocs, noWord)
	if d.words > 2 { // one may be a middle name
		for i := range f.words {
			near = near.Or(f.needed(knownDocs, i))
		}
	}
	d.choose(near.And(f.all(text.Word, wordsOf(d.sketch.Company))))
	d.choose(near.And(f.all(text.Place, wordsOf(d.sketch.City))))
	d.namesakes.exact = d.choose(exact)
	d.namesakes.known = d.choose(known)
	d.choose(near)
}

// wordsOf are the words of a text, folded, in one spelling each.
func wordsOf(s string) []string {
	var out []string
	for _, t := range words.SearchTokens(s) {
		if t.Words == 1 && t.Word == len(out) {
			out = append(out, t.Text)
		}
	}
	return out
}

// compare weighs those chosen and returns the likely ones.
func (d *doubles) compare(limit int) []Likeness {
	w := newWeigher(d)
	ordinals := d.chosen.ToArray()
	var hits []Likeness
	for i, p := range d.people(ordinals) {
		if l := w.weigh(p); l.Score >= Likely {
			l.Ordinal, l.seen = ordinals[i], p.LastSeenAt
			hits = append(hits, l)
		}
	}
	slices.SortFunc(hits, func(a, b Likeness) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.seen, a.seen), cmp.Compare(a.Ordinal, b.Ordinal))
	})
	return hits[:min(limit, len(hits))]
}

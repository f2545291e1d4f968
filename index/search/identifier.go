package search

import (
	"strings"
	"unicode/utf8"

	"github.com/ndoto/kundi/index/terms"
	"github.com/ndoto/kundi/index/text"
	"github.com/ndoto/kundi/words"
)

// What the places of an identifier cost; see terms.Match for the unit.
const (
	costKeyStart  = 3 // its beginning
	costKeyNumber = 4 // the beginning of a number in it
	costKeyEnd    = 5 // its last digits: more than those of a phone number
	minNearKey    = 6 // letters and digits of one that may have a typo
)

// maxKeys is how many identifiers are looked up of those that begin or end as typed, or are a typo away.
const maxKeys = 500

// addKey adds some words as an identifier, if they may be one: with digits, and not too short.
func (p *phrase) addKey(first, count int, typed string, unfinished bool) {
	text := strings.Join(words.IdentifierPieces(typed), "")
	if len(text) < minMailish || len(text) > maxIdentifier || words.Digits(text) == "" || !isMailText(text) {
		return
	}
	l := newLiteral(first, count, keyLiteral, text)
	l.unfinished = unfinished
	p.literals = append(p.literals, l)
}

// isEnd reports whether it is digits that an identifier is found by when it ends with them.
func (l literal) isEnd() bool { return len(l.text) >= text.EndDigits && words.Digits(l.text) == l.text }

// findKeys fills exact, begun and known of the words of identifiers. It returns the words of those that somebody has:
// others that have the same letters, as all of one kind of identifier do, are not meant.
func (f *finder) findKeys() (identified []bool) {
	identified = make([]bool, len(f.words))
	for _, l := range f.phrase.literals {
		if l.kind != keyLiteral {
			continue
		}
		docs := f.key(l)
		f.add(l.first, l.count, docs, docs, docs)
		for i := l.first; i < l.first+l.count; i++ {
			identified[i] = identified[i] || !docs.Empty()
		}
	}
	return identified
}

// key returns the documents that have an identifier, or one that goes on, or one that ends so.
func (f *finder) key(l literal) text.Docs {
	docs := f.any(text.Key, []string{l.text})
	if l.unfinished {
		docs = docs.Or(f.starting(text.Key, l.text))
	}
	if l.isEnd() {
		docs = docs.Or(f.starting(text.Key, text.EndTerm(l.text)))
	}
	return docs
}

// starting returns documents that have a term which begins as a text, of the first maxKeys such terms; nothing after
// an error.
func (f *finder) starting(field text.Field, beginning string) text.Docs {
	if f.ended() {
		return nil
	}
	docs, err := f.reader.Starting(field, beginning, maxKeys)
	f.err = err
	return docs
}

// nearKeys returns the identifiers that are a typo away from one, nothing after an error.
func (f *finder) nearKeys(key string) []string {
	if f.ended() {
		return nil
	}
	found, err := f.reader.Near(text.Key, key, maxKeys)
	f.err = err
	return found
}

// placeKey finds an identifier, however it is punctuated: as it is, one that goes on, a number in it that goes on or has
// more digits before, or one with a typo.
func (l literal) placeKey(field, identifier string, near bool) (o option, ok bool) {
	pieces := words.IdentifierPieces(identifier)
	have := strings.Join(pieces, "")
	o = option{field: field, way: terms.Exact.String(), to: len(identifier)}
	if have == l.text {
		return o, true
	}
	if l.unfinished {
		if strings.HasPrefix(have, l.text) {
			o.way, o.to, o.cost = terms.Prefix.String(), writtenAs(identifier, len(l.text)), costKeyStart
			o.fine = min(len(have)-len(l.text), maxFine)
			return o, true
		}
		for _, piece := range pieces {
			if strings.HasPrefix(piece, l.text) {
				o.way, o.cost, o.fine = terms.Prefix.String(), costKeyNumber, min(len(have)-len(l.text), maxFine)
				return o, true
			}
		}
	}
	if l.isEnd() {
		if before, found := strings.CutSuffix(have, l.text); found {
			o.way, o.cost = wayDigits, costKeyEnd
			o.from = writtenAs(identifier, len(before))
			return o, true
		}
	}
	if !near || len(l.text) < minNearKey {
		return o, false
	}
	for _, key := range append(pieces, have) {
		if cost, found := l.pattern.Distance(key); found && cost <= terms.MaxOneTypo && (!ok || costNear+cost < o.cost) {
			o.way, o.cost, ok = terms.Typo.String(), costNear+cost, true
		}
	}
	return o, ok
}

// writtenAs returns how many bytes of an identifier have its first letters and digits. It is all of them if they are
// not counted in bytes.
func writtenAs(identifier string, count int) int {
	for i := range len(identifier) {
		switch c := identifier[i]; {
		case c >= utf8.RuneSelf:
			return len(identifier)
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
			count--
		}
		if count == 0 {
			return i + 1
		}
	}
	return len(identifier)
}

package search

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/text"
)

// near returns the documents that have all pieces of a text but those that a
// typo in it has part of: a character wrong, missing or too many, or two
// neighbours in the wrong order, anywhere.
func (f *finder) near(field text.Field, pieces []string) text.Docs {
	if len(pieces) == 0 {
		return nil
	}
	size, n := len(pieces[0]), len(pieces)
	left, right := make([]text.Docs, n+1), make([]text.Docs, n+1) // all before, all from there on
	for i, piece := range pieces {
		left[i+1] = f.any(field, []string{piece})
		right[i] = left[i+1]
	}
	for i := 1; i < n; i++ {
		left[i+1] = left[i].And(left[i+1])
		right[n-1-i] = right[n-1-i].And(right[n-i])
	}
	var sets []text.Docs
	for at := 0; at < n+size-2; at++ { // where the typo may be
		before, after := max(at-size+1, 0), min(at+2, n)
		switch {
		case before == 0 && after == n:
		case before == 0:
			sets = append(sets, right[after])
		case after == n:
			sets = append(sets, left[before])
		default:
			sets = append(sets, left[before].And(right[after]))
		}
	}
	return telling(sets)
}

// maxTold is how many documents sets may have together that pieces of a text
// lead to: more cannot be compared anyway.
const maxTold = 500

// telling joins sets, the smallest first, as far as they tell anything.
func telling(sets []text.Docs) text.Docs {
	slices.SortFunc(sets, func(a, b text.Docs) int { return cmp.Compare(a.Len(), b.Len()) })
	return joinTelling(slices.Values(sets))
}

// joinTelling joins sets in their order until they have too many documents for
// the next to tell anything.
func joinTelling(sets iter.Seq[text.Docs]) (docs text.Docs) {
	for set := range sets {
		if !docs.Empty() && docs.Len()+set.Len() > maxTold {
			break
		}
		docs = docs.Or(set)
	}
	return docs
}

// parts divides a text into the given number of parts. For each part it returns the
// documents that have all pieces of it. If a text has fewer typos than parts, one of its
// parts has none.
func (f *finder) parts(field text.Field, s string, parts int, pieces func(string) []string) []text.Docs {
	sets := make([]text.Docs, parts)
	from := 0
	for i := range sets {
		to := (i + 1) * len(s) / parts
		sets[i] = f.all(field, pieces(s[from:to]))
		from = min(to+1, len(s)) // a typo in both letters at the border is in one part
	}
	return sets
}

// halves returns the documents that have all pieces of one half of a text.
func (f *finder) halves(field text.Field, s string, pieces func(string) []string) text.Docs {
	sets := f.parts(field, s, 2, pieces)
	return sets[0].Or(sets[1])
}

// mailTypos returns the documents whose e-mail has typos in one half of the local
// part or in two thirds of it, in the same domain if that is known.
func (f *finder) mailTypos(mail fields.EmailParts) text.Docs {
	sets := f.parts(text.Gram, mail.Local, 2, text.Grams)
	if same := f.any(text.Mail, []string{"@" + mail.Domain}); !same.Empty() {
		sets = append(sets, f.parts(text.Gram, mail.Local, 3, text.Grams)...)
		for i := range sets {
			sets[i] = sets[i].And(same)
		}
	}
	return telling(sets)
}

// mailPieces returns the documents whose e-mail has all pieces of the local
// part that was typed.
func (f *finder) mailPieces(typed string) text.Docs {
	return f.all(text.Mail, fields.SplitEmail(typed).LocalPieces)
}

// maxSplit bounds the letters of a local part that is tried with a dot at every
// place.
const maxSplit = 32

// mailForms returns the documents whose e-mail is of the same domain and differs
// in nothing but dots and what follows a plus.
func (f *finder) mailForms(mail fields.EmailParts) text.Docs {
	local, _, _ := strings.Cut(mail.Local, "+")
	bare := mailbox(mail.Local)
	docs := f.any(text.Mail, []string{local, bare}).Or(f.all(text.Mail, fields.SplitEmail(local).LocalPieces))
	for i := 1; i < min(len(bare), maxSplit); i++ {
		pieces := append(fields.SplitEmail(bare[:i]).LocalPieces, fields.SplitEmail(bare[i:]).LocalPieces...)
		docs = docs.Or(f.all(text.Mail, pieces))
	}
	return docs.And(f.any(text.Mail, []string{"@" + mail.Domain}))
}

package cel

import (
	"slices"
	"strings"
	"unicode"
)

// hint says what to write in the place of what people write who know other languages. at is where the
// parser stopped; place is where the thing is of which the hint speaks. ok is false where there is none.
// A hint repeats nothing of the text.
func (r *reader) hint(at int32) (place int32, detail string, ok bool) {
	begin, before := r.wordBefore(at)
	switch word := r.wordAt(at); {
	case before == "interval":
		return begin, sinceNow, true
	case r.isUnit(at):
		return r.periodAt(at), sinceNow, true
	case before == "not":
		return begin, bang, true
	case word == "not" && r.wordAt(r.skip(at+3)) == "in":
		return at, `write !(field in ["a", "b"]) for not in`, true
	case word != "":
		detail, ok = spelled(word)
		return at, detail, ok
	}
	switch r.at(at) {
	case '=':
		return at, equalSign(r.at(at-1), r.at(at+1)), true
	case '>':
		return at, "write != for <>", r.at(at-1) == '<'
	case '&', '|':
		return at, andOr, true
	case '“', '”', '„', '‘', '’', '‚', '«', '»', '`':
		return at, `write texts in straight quotes: "Nairobi"`, true
	case ',':
		open := r.opening(at)
		_, before := r.wordBefore(open)
		return open, `write a list in brackets: field in ["a", "b"]`, before == "in"
	}
	return at, "", false
}

const (
	andOr   = "write && for and, and || for or"
	bang    = "write ! for not, and what it negates in parentheses: !(...)"
	equal   = "write == for equal, and != for not equal"
	contain = `write field.contains("a")`
	present = "write has(field) if there must be a value, and !has(field) if there must be none"

	anyOfThem = `write field.any(x, x.created_at < "2026-01-31") if there must be one`
)

// otherWords are words and functions of other languages, without their underscores and in lower case, by
// what to write instead.
var otherWords = map[string]string{
	"and": andOr, "or": andOr, "not": bang, "nor": bang,
	"is": equal + "; has(field) tells whether there is a value", "eq": equal, "equals": equal, "ne": equal, "noteq": equal, "notequals": equal,
	"gt": "write >", "gte": "write >=", "lt": "write <", "lte": "write <=", "after": "write >", "before": "write <", "on": "write ==",
	"in": `write field in ["a", "b"]`, "notin": `write !(field in ["a", "b"])`,
	"exists": present, "notexists": present, "isset": present, "isnull": present, "notnull": present, "isnotnull": present, "isempty": present, "empty": present,
	"like": contain, "ilike": contain, "matches": contain, "includes": contain,
	"hasprefix": `write field.startsWith("a")`, "beginswith": `write field.startsWith("a")`, "hassuffix": `write field.endsWith("a")`,
	"noneof": `write !field.any_of(["a", "b"])`, "none": "write !field.any(...)",
}

// spelled says what to write in the place of a word that is none here, if that is known.
func spelled(word string) (detail string, ok bool) {
	plain := strings.ReplaceAll(strings.ToLower(word), "_", "")
	if detail, ok := otherWords[plain]; ok {
		return detail, true
	}
	positive, not := strings.CutPrefix(plain, "not")
	for _, m := range methods {
		if strings.ReplaceAll(strings.ToLower(m.name), "_", "") != positive {
			continue
		}
		if not {
			return strings.Replace(asCall(m), "field.", "!field.", 1), true
		}
		return asCall(m), true
	}
	return "", false
}

// asCall says how a method is written.
func asCall(m method) string {
	return "write field." + m.name + map[shape]string{oneValue: `("a")`, twoValues: "(1, 2)", aList: `(["a", "b"])`, units: `("month")`}[m.takes]
}

// equalSign says what to write for an equals sign that is no operator, by what stands beside it.
func equalSign(before, after rune) string {
	switch {
	case after == '>':
		return "write >= for =>"
	case after == '<':
		return "write <= for =<"
	case before == '=':
		return "write == for ==="
	}
	return equal
}

// at is a character of the text, 0 where there is none.
func (r *reader) at(i int32) rune {
	if i < 0 || int(i) >= len(r.text) {
		return 0
	}
	return r.text[i]
}

func ofWord(c rune) bool { return c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c) }

// wordAt returns the word that begins at a character, in lower case, "" for none.
func (r *reader) wordAt(at int32) string {
	end := at
	for ofWord(r.at(end)) {
		end++
	}
	if end == at {
		return ""
	}
	return strings.ToLower(string(r.text[at:end]))
}

// wordBefore returns the word before a character and the blanks before that, and where it begins.
func (r *reader) wordBefore(at int32) (begin int32, word string) {
	for unicode.IsSpace(r.at(at - 1)) {
		at--
	}
	for begin = at; ofWord(r.at(begin - 1)); begin-- {
	}
	return begin, r.wordAt(begin)
}

// skip returns the first character from one on that is no blank.
func (r *reader) skip(at int32) int32 {
	for unicode.IsSpace(r.at(at)) {
		at++
	}
	return at
}

// opening returns where the parenthesis or the brace is in which a character stands, -1 for none.
func (r *reader) opening(at int32) int32 {
	closed := 0
	for at--; at >= 0; at-- {
		switch c := r.text[at]; {
		case slices.Contains([]rune(")]}"), c):
			closed++
		case !slices.Contains([]rune("([{"), c):
		case closed == 0:
			return at
		default:
			closed--
		}
	}
	return -1
}

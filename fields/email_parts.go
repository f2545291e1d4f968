package fields

import (
	"strings"

	"github.com/ndoto/kundi/words"
)

// EmailParts is an e-mail as search knows it, in lower case.
type EmailParts struct {
	Whole  string
	Local  string // before the last @, the whole text when there is none
	Domain string
	// LocalPieces and DomainPieces are the runs of letters and the runs of
	// digits in them, folded: "j.doe77" has j, doe and 77.
	LocalPieces  []string
	DomainPieces []string
}

// SplitEmail takes an e-mail apart for search. It does not validate.
func SplitEmail(email string) EmailParts {
	p := EmailParts{Whole: CanonicalEmail(words.Clip(email, words.MaxSearchBytes))}
	p.Local = p.Whole
	if at := strings.LastIndexByte(p.Whole, '@'); at >= 0 {
		p.Local, p.Domain = p.Whole[:at], p.Whole[at+1:]
	}
	p.LocalPieces, p.DomainPieces = words.Pieces(p.Local), words.Pieces(p.Domain)
	return p
}

package companies

import (
	_ "embed" // the list
	"slices"
	"strings"
	"sync"
)

//go:embed public_mail.txt
var publicMailText string

// publicMail are the domains of mail providers whose addresses anybody can have, in order.
var publicMail = sync.OnceValue(func() []string { return strings.Fields(publicMailText) })

// isPublicMail reports whether a domain, in the form in which it is stored, is that of a
// public mail provider.
func isPublicMail(domain string) bool {
	_, found := slices.BinarySearch(publicMail(), domain)
	return found
}

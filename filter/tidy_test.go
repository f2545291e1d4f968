package filter_test

import (
	"testing"

	"github.com/ndoto/kundi/filter"
)

func TestTidyFitsWhatWasStoredIntoTheSchema(t *testing.T) {
	const rule = `{"field":"city","operator":"eq","value":"<Nairobi & Thika>"}`
	for _, c := range []struct{ stored, want string }{
		{``, ``},
		{`null`, ``},
		{`{}`, `{"combinator":"and","rules":[]}`},
		{`{"combinator":"or"}`, `{"combinator":"or","rules":[]}`},
		{`{"id":7,"not":true,"rules":[]}`, `{"combinator":"and","not":true,"rules":[]}`},
		{`{"id":{"a":[1]},"combinator":"or","rules":[{"id":null,` + rule[1:] + `]}`, `{"combinator":"or","rules":[` + rule + `]}`},
		{
			`{"combinator":"and","rules":[{"id":"g","combinator":"or","not":false,"rules":[` + rule + `,{"id":[],"value":1e3,"field":"attributes.n","operator":"gt"}]}]}`,
			`{"combinator":"and","rules":[{"combinator":"or","not":false,"rules":[` + rule + `,{"field":"attributes.n","operator":"gt","value":1e3}]}]}`,
		},
	} {
		if got := string(filter.Tidy([]byte(c.stored))); got != c.want {
			t.Errorf("%s is tidied to\n%s, want\n%s", c.stored, got, c.want)
		}
	}
}

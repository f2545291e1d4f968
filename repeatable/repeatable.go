// Package repeatable has the random tests of a package draw the same cases in every run. A
// change is then accepted or refused for what it does, and never by chance. A test file
// imports it for that alone:
//
//	import _ "github.com/ndoto/kundi/repeatable"
//
// Who says an option of rapid's on the command line, such as -rapid.checks, gets new cases in
// every run.
package repeatable

import (
	"flag"
	"os"
	"strings"

	_ "pgregory.net/rapid" // it defines the option
)

const seed = "1"

func init() {
	if flag.Lookup("rapid.seed").Value.String() != "0" { // the environment says it
		return
	}
	for _, arg := range os.Args[1:] {
		if strings.HasPrefix(strings.TrimLeft(arg, "-"), "rapid.") {
			return
		}
	}
	if err := flag.Set("rapid.seed", seed); err != nil {
		panic(err)
	}
}

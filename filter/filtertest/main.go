package filtertest

import (
	"flag"
	"os"
	"testing"
)

// worldsOfATest is how many random worlds a test draws where -rapid.checks does not say it. Each is asked by
// every operator of every field, so half of what rapid draws by itself is many.
const worldsOfATest = "50"

// Main is the TestMain of a package whose tests draw worlds.
func Main(m *testing.M) {
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "rapid.checks" })
	if !said {
		if err := flag.Set("rapid.checks", worldsOfATest); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

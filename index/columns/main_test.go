package columns

import (
	"testing"

	"github.com/ndoto/kundi/filter/filtertest"
)

func TestMain(m *testing.M) { filtertest.Main(m) }

package contacts

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

func TestSketch(t *testing.T) {
	kenya := fields.DefaultSettings()
	kenya.PhoneRegion = "KE"
	schema := ledger.NewSchema(kenya, nil, Kind, companies.Kind)
	for name, c := range map[string]struct{ typed, want Sketch }{
		"nothing":          {Sketch{Name: " ", Email: ""}, Sketch{}},
		"everything":       {Sketch{Name: " Ann  Lee ", Email: " Ann@X.example", Phone: "0712 345678", Identifier: "a ", Company: "Acme", City: "Ulm"}, Sketch{Name: "Ann  Lee", Email: "Ann@X.example", Phone: "+254712345678", Identifier: "a", Company: "Acme", City: "Ulm"}},
		"a composed name":  {Sketch{FirstName: "Ann", LastName: "Lee"}, Sketch{Name: "Ann Lee", FirstName: "Ann", LastName: "Lee"}},
		"a last name only": {Sketch{LastName: "Lee"}, Sketch{Name: "Lee", LastName: "Lee"}},
		"half an e-mail":   {Sketch{Email: "ann@x"}, Sketch{Email: "ann@x"}},
		"less of it":       {Sketch{Email: "ann."}, Sketch{Email: "ann."}},
		"half a phone":     {Sketch{Phone: "+25 4"}, Sketch{Phone: "254"}},
	} {
		got, faults := CheckSketch(schema, c.typed)
		require.Empty(t, faults, name)
		require.Equal(t, c.want, got, name)
	}
	noRegion := ledger.NewSchema(fields.DefaultSettings(), nil, Kind, companies.Kind)
	got, faults := CheckSketch(noRegion, Sketch{Phone: "0712/345-678"})
	require.Empty(t, faults)
	require.Equal(t, "0712345678", got.Phone, "without a region the digits count")

	_, faults = CheckSketch(schema, Sketch{
		Name: "a\nb", FirstName: strings.Repeat("x", 201), Email: "a b@c.example", Phone: "call me", Identifier: strings.Repeat("x", 256), City: "a\x00",
	})
	var paths []string
	for _, f := range faults {
		paths = append(paths, f.Path)
		require.NotContains(t, f.Detail, "call me")
	}
	require.Equal(t, []string{"name", "first_name", "email", "phone", "identifier", "city"}, paths)
	for _, email := range []string{"a@b@c", "a@b@", strings.Repeat("a", 255), "a,b", "a\x01"} {
		_, faults := CheckSketch(schema, Sketch{Email: email})
		require.Len(t, faults, 1, email)
	}
	_, faults = CheckSketch(schema, Sketch{Phone: strings.Repeat("1", 21)})
	require.Len(t, faults, 1)
}

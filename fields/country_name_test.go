package fields

import (
	_ "embed"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// isoCountries has a line for each country of ISO 3166-1: alpha-2, alpha-3, the
// English short name, and the official and the common one where they differ.
//
//go:embed testdata/countries.txt
var isoCountries string

func TestCountriesByEveryNameOfISO(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(isoCountries), "\n")
	require.Len(t, lines, 249)
	for _, line := range lines {
		names := strings.Split(line, "|")
		for _, name := range names {
			code, ok := CountryNamed(name)
			require.True(t, ok, name)
			require.Equal(t, names[0], code, name)
		}
	}
}

// TestCountryNamesAreOfOneCountry fails when a name is given to two.
func TestCountryNamesAreOfOneCountry(t *testing.T) {
	owners := map[string]string{}
	for _, code := range strings.Fields(countries) {
		name := display.English.Regions().Name(language.MustParseRegion(code))
		for _, name := range append(strings.Split(countryAliases[code], "|"), name) {
			key := strings.Join(countryWordsOf(name), " ")
			if key == "" {
				continue
			}
			owner, taken := owners[key]
			require.True(t, !taken || owner == code, "%s is %s and %s", name, owner, code)
			owners[key] = code
		}
	}
	for code := range countryAliases {
		require.True(t, IsCountry(code), code)
	}
}

func TestCountriesAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"ke": "KE", " KEN ": "KE", "kenya": "KE", "Republic of Kenya": "KE", "UK": "GB", "u.k.": "GB", "England": "GB", "Great Britain": "GB", "U.S.A.": "US",
		"usa": "US", "United States": "US", "the netherlands": "NL", "Holland": "NL", "UAE": "AE", "Cote d'Ivoire": "CI", "Côte d’Ivoire": "CI", "Ivory Coast": "CI",
		"South Korea": "KR", "Korea, South": "KR", "North Korea": "KP", "Russia": "RU", "Czechia": "CZ", "czech republic": "CZ", "Viet Nam": "VN", "Vietnam": "VN",
		"Turkiye": "TR", "TURKEY": "TR", "Türkiye": "TR", "Swaziland": "SZ", "Eswatini": "SZ", "Burma": "MM", "Hong Kong": "HK", "Macau": "MO", "Taiwan": "TW",
		"DRC": "CD", "DR Congo": "CD", "Congo - Kinshasa": "CD", "Congo": "CG", "Republic of the Congo": "CG", "Tanzania, United Republic of": "TZ",
		"Bosnia & Herzegovina": "BA", "Trinidad & Tobago": "TT", "St. Lucia": "LC", "Saint Lucia": "LC", "Åland": "AX", "Palestine": "PS", "Kosovo": "XK",
		"Republic of China": "TW", "People's Republic of China": "CN", "Macedonia": "MK", "Cape Verde": "CV", "East Timor": "TL", "Vatican City": "VA",
		"Deutschland": "DE", "España": "ES", "Republic of Ireland": "IE", "Dominican Republic": "DO", "Dominica": "DM", "Niger": "NE", "Nigeria": "NG",
	} {
		code, ok := CountryNamed(text)
		require.True(t, ok, text)
		require.Equal(t, want, code, text)
	}
	for _, text := range []string{"", "-", "ZZ", "Republic", "Kenyatta", "the", "Europe", "Nairobi", "KENY", "n/a"} {
		_, ok := CountryNamed(text)
		require.False(t, ok, text)
	}
}

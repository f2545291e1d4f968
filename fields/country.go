package fields

import (
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/ndoto/kundi/words"
)

// countries are the officially assigned codes of ISO 3166-1 alpha-2, and XK,
// which everyone uses for Kosovo. golang.org/x/text/language is no source for
// it: its regions include exceptional and deleted codes such as UK and DD.
const countries = " AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW" +
	" BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO" +
	" FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO" +
	" JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS" +
	" MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU" +
	" RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA" +
	" UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW "

// IsCountry reports whether code is an assigned alpha-2 code in upper case.
func IsCountry(code string) bool {
	return len(code) == 2 && !strings.Contains(code, " ") && strings.Contains(countries, " "+code+" ")
}

func coerceCountry(text string) (Value, string) {
	code := strings.ToUpper(text)
	if !IsCountry(code) {
		return Value{}, "must be an ISO 3166 alpha-2 country code like KE"
	}
	return TextValue(code), ""
}

// otherCountryNames are what countries are called beside their English name.
var otherCountryNames = map[string]string{
	"AE": "UAE Emirates Dubai", "BA": "Bosnia", "CD": "DRC", "CI": "Ivory Coast", "CZ": "Czech Republic", "GB": "UK Britain England Scotland Wales",
	"KR": "Korea", "MK": "Macedonia", "NL": "Holland", "RU": "Russian Federation", "TR": "Turkey", "TZ": "Zanzibar", "US": "USA America",
	"DE": "Deutschland", "ES": "España", "IT": "Italia", "BR": "Brasil", "CH": "Schweiz Suisse", "AT": "Österreich", "PL": "Polska", "MX": "México",
}

// countryWords maps an assigned code to the folded words that it is called by.
var countryWords = sync.OnceValue(func() map[string][]string {
	out := make(map[string][]string, len(countries)/3)
	names := display.English.Regions()
	for _, code := range strings.Fields(countries) {
		out[code] = []string{words.Canonical(code)}
		for _, token := range words.SearchTokens(names.Name(language.MustParseRegion(code)) + " " + otherCountryNames[code]) {
			if token.Words == 1 && len(token.Text) > 2 && token.Text != "and" || token.Text == "uk" {
				out[code] = append(out[code], token.Text)
			}
		}
	}
	return out
})

// CountryWords returns what a country is called in searches: its code and the
// words of its English names, folded. The slice is shared; it is nil for what
// is no country.
func CountryWords(code string) []string { return countryWords()[code] }

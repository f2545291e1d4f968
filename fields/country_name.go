package fields

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/ndoto/kundi/words"
)

// CountryNamed returns the alpha-2 code of a country that is given by its code
// of two or three letters, by a name that it has in English, also an official or
// a former one, or by a short form like UAE. Case, punctuation, accents and the
// order of words do not matter: "Korea, Republic of" is "Republic of Korea".
func CountryNamed(text string) (code string, ok bool) {
	if code = strings.ToUpper(strings.TrimSpace(text)); IsCountry(code) {
		return code, true
	}
	names := countryNames()
	words := countryWordsOf(text)
	if code, ok = names[strings.Join(words, " ")]; ok {
		return code, true
	}
	words = slices.DeleteFunc(words, func(word string) bool { return slices.Contains(formsOfState, word) })
	code, ok = names[strings.Join(words, " ")]
	return code, ok
}

// countryWordsOf folds a name of a country to its words, in alphabetical order
// and without those that tell nothing.
func countryWordsOf(name string) []string {
	var b strings.Builder
	for _, r := range words.Canonical(name) {
		switch {
		case unicode.IsLetter(r):
			b.WriteRune(r)
		case strings.ContainsRune(".'’`", r): // U.S.A., Côte d'Ivoire
		default:
			b.WriteByte(' ')
		}
	}
	words := strings.Fields(b.String())
	for i, word := range words {
		if word == "st" || word == "sainte" {
			words[i] = "saint"
		}
	}
	if len(words) > 1 { // AND alone is Andorra
		words = slices.DeleteFunc(words, func(word string) bool { return slices.Contains([]string{"the", "of", "and"}, word) })
	}
	slices.Sort(words)
	return words
}

// formsOfState are words of official names without which the name is still the
// country's. Where it is not (Congo, Korea, China), countryAliases has the
// whole name.
var formsOfState = []string{
	"arab", "bolivarian", "commonwealth", "cooperative", "democratic", "eastern", "federal", "federated", "federation", "federative", "grand",
	"duchy", "hashemite", "independent", "islamic", "kingdom", "lao", "oriental", "peoples", "plurinational", "principality", "province", "republic",
	"socialist", "state", "states", "sultanate", "union", "united",
}

// countryAliases are the names beside those of Unicode's CLDR, between bars.
var countryAliases = map[string]string{
	"AE": "UAE|Emirates", "AR": "Argentine", "AX": "Aland", "BA": "Bosnia|Bosnia Herzegovina", "BL": "Saint Barts", "BN": "Brunei Darussalam",
	"BO": "Bolivia", "BQ": "Bonaire, Sint Eustatius and Saba|Bonaire|Netherlands Antilles", "BS": "Bahamas", "CC": "Cocos Islands|Keeling Islands",
	"CD": "DRC|DR Congo|Democratic Republic of the Congo|Congo Kinshasa|Zaire|Congo Democratic Republic",
	"CG": "Congo|Republic of the Congo|Congo Brazzaville", "CH": "Swiss|Swiss Confederation|Schweiz|Suisse|Svizzera",
	"CI": "Ivory Coast|Cote d Ivoire", "CN": "PRC|PR China|Mainland China", "CV": "Cape Verde|Cabo Verde", "CZ": "Czech Republic|Czech",
	"AT": "Österreich", "BR": "Brasil", "DE": "Deutschland", "ES": "España", "FK": "Falkland Islands|Falklands|Malvinas|Falkland Islands Malvinas",
	"FM": "Micronesia", "FO": "Faeroe Islands|Faroes", "FR": "French", "GA": "Gabonese", "GB": "UK|Britain|Great Britain|England|Scotland|Wales|" +
		"Northern Ireland|United Kingdom of Great Britain and Northern Ireland", "GM": "Gambia|The Gambia", "GR": "Hellenic|Hellas|EL", "GW": "Guinea Bissau",
	"HK": "Hong Kong|Hong Kong SAR|Hong Kong Special Administrative Region of China", "HM": "Heard Island and McDonald Islands", "IE": "Eire|Republic of Ireland",
	"IT": "Italian|Italia", "KG": "Kyrgyz", "KN": "Saint Kitts and Nevis|St Kitts", "KP": "North Korea|DPRK|Democratic People's Republic of Korea",
	"KR": "Korea|South Korea|Republic of Korea|Korea South", "LA": "Laos|Lao|Lao People's Democratic Republic", "LB": "Lebanese", "LY": "Libyan Arab Jamahiriya",
	"MD": "Moldova", "MF": "Saint Martin French part", "MK": "North Macedonia|Macedonia|FYROM|The former Yugoslav Republic of Macedonia|Republic of Macedonia",
	"MM": "Myanmar|Burma|Myanmar Burma", "MO": "Macau|Macao|Macao SAR|Macao Special Administrative Region of China", "MX": "México|United Mexican States|Mexican",
	"NL": "Holland|The Netherlands|Nederland", "PL": "Polska", "PN": "Pitcairn", "PS": "Palestine|State of Palestine|Palestinian Territory|Occupied Palestinian Territory",
	"PT": "Portuguese", "RE": "Reunion", "RU": "Russian Federation|Russian", "RW": "Rwandese", "SH": "Saint Helena, Ascension and Tristan da Cunha",
	"SK": "Slovak", "ST": "Sao Tome", "SV": "Salvador", "SX": "Sint Maarten|Sint Maarten Dutch part", "SY": "Syria|Syrian|Syrian Arab Republic",
	"SZ": "Eswatini|Swaziland|eSwatini", "TG": "Togolese", "TL": "East Timor|Timor Leste|Timor", "TR": "Turkey|Türkiye", "TT": "Trinidad", "TW": "Republic of China|Taiwan|" +
		"Taiwan Province of China|Chinese Taipei|Taiwan ROC", "TZ": "Tanzania|Zanzibar", "UM": "United States Minor Outlying Islands",
	"US": "USA|U S A|America|United States of America|The States|Estados Unidos", "VA": "Vatican|Holy See|Vatican City State|Holy See Vatican City State",
	"VE": "Venezuela", "VG": "British Virgin Islands|Virgin Islands of Britain", "VI": "US Virgin Islands|Virgin Islands of the United States|Virgin Islands of the US",
	"VN": "Vietnam|Viet Nam", "XK": "Kosovo|XKX",
}

// countryNames maps the folded names of countries, and their codes of three
// letters, to their codes of two.
var countryNames = sync.OnceValue(func() map[string]string {
	names := make(map[string]string, 4*len(countries)/3)
	english := display.English.Regions()
	for _, code := range strings.Fields(countries) {
		region := language.MustParseRegion(code)
		aliases := strings.Split(countryAliases[code], "|")
		for _, name := range append(aliases, region.ISO3(), english.Name(region)) {
			if words := strings.Join(countryWordsOf(name), " "); words != "" {
				names[words] = code
			}
		}
	}
	return names
})

package fields

import (
	"regexp"
	"strconv"

	"github.com/nyaruka/phonenumbers"
)

// renumbering is a change of a country's numbering plan that people's address
// books have not seen: numbers after the country code as they were, and as they
// are. The library knows only the plans of today.
type renumbering struct {
	was *regexp.Regexp
	is  string
}

// renumberings are by country code. Of several, the first that gives an assigned
// number counts.
var renumberings = map[int][]renumbering{
	52: plans(`^(?:1|01|044|045)(\d{10})$`, "$1"), // Mexico, 2019: mobiles without 1
	54: plans( // Argentina: 9 before the area code, or 15 behind it, not both
		`^9?0?(11)15(\d{8})$`, "9$1$2", `^9?0?([23]\d\d)15(\d{7})$`, "9$1$2", `^9?0?([23]\d{3})15(\d{6})$`, "9$1$2"),
	55:  plans(`^(\d\d)([6-9]\d{7})$`, "${1}9$2"),               // Brazil, 2012 to 2016: mobiles with 9
	56:  plans(`^0(\d{9})$`, "$1"),                              // Chile, 2016: nothing before the number
	57:  plans(`^([124-8]\d{7})$`, "60$1"),                      // Colombia, 2021: area codes of three digits
	84:  plans(vietnam()...),                                    // Viet Nam, 2018: mobiles of nine digits
	225: plans(ivoryCoast...),                                   // Côte d'Ivoire, 2021: ten digits
	229: plans(`^(\d{8})$`, "01$1"),                             // Benin, 2024: ten digits
	230: plans(`^([4-9]\d{6})$`, "5$1"),                         // Mauritius, 2013: mobiles with 5
	237: plans(`^([5-9]\d{7})$`, "6$1", `^([23]\d{7})$`, "2$1"), // Cameroon, 2014: nine digits
	593: plans(`^([89]\d{7})$`, "9$1"),                          // Ecuador, 2012: mobiles with 9
}

// ivoryCoast: mobiles got the number of their network, which the second digit
// told, fixed lines likewise by the third.
var ivoryCoast = []string{
	`^([04-9][0-3]\d{6})$`, "01$1", `^([04-9][4-6]\d{6})$`, "05$1", `^([04-9][7-9]\d{6})$`, "07$1",
	`^([23]\d0\d{5})$`, "25$1", `^([23]\d8\d{5})$`, "21$1", `^([23]\d{7})$`, "27$1",
}

// vietnam: prefixes of three digits became ones of two.
func vietnam() []string {
	var pairs []string
	for was, is := range map[string]string{
		"120": "70", "121": "79", "122": "77", "126": "76", "128": "78", "123": "83", "124": "84", "125": "85", "127": "81", "129": "82",
		"162": "32", "163": "33", "164": "34", "165": "35", "166": "36", "167": "37", "168": "38", "169": "39", "186": "56", "188": "58", "199": "59",
	} {
		pairs = append(pairs, `^`+was+`(\d{7})$`, is+"$1")
	}
	return pairs
}

func plans(pairs ...string) []renumbering {
	list := make([]renumbering, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, renumbering{regexp.MustCompile(pairs[i]), pairs[i+1]})
	}
	return list
}

// renumbered returns a number in the plan of today. One that is assigned stays
// as it is; one that is not changes when it is assigned afterwards, or has at
// least a possible length that it did not have, or loses the 0 of former times.
func renumbered(number *phonenumbers.PhoneNumber) *phonenumbers.PhoneNumber {
	changes := renumberings[int(number.GetCountryCode())]
	if len(changes) == 0 || phonenumbers.IsValidNumber(number) {
		return number
	}
	national := phonenumbers.GetNationalSignificantNumber(number)
	fallback := number
	for _, change := range changes {
		if !change.was.MatchString(national) {
			continue
		}
		code := "+" + strconv.Itoa(int(number.GetCountryCode()))
		changed, err := phonenumbers.Parse(code+change.was.ReplaceAllString(national, change.is), "")
		if err != nil {
			continue
		}
		if phonenumbers.IsValidNumber(changed) {
			return changed
		}
		if fallback == number && (!possible(number) || national[0] == '0') && possible(changed) {
			fallback = changed
		}
	}
	return fallback
}

// RenewedPhone returns a number that was stored under an older plan as it is
// today. It is the form under which stored numbers compare, so it looks closer only
// at those that a change of a plan is about.
func RenewedPhone(stored string) string {
	for digits := 2; digits <= 3 && digits < len(stored); digits++ {
		code, err := strconv.Atoi(stored[1 : 1+digits])
		if err != nil {
			return stored
		}
		for _, change := range renumberings[code] {
			if !change.was.MatchString(stored[1+digits:]) {
				continue
			}
			if e164, ok := formatE164(stored, ""); ok {
				return e164
			}
		}
	}
	return stored
}

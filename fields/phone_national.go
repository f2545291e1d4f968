package fields

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/nyaruka/phonenumbers"

	"github.com/ndoto/kundi/words"
)

// dialling is how the numbers of a country code are written within the country.
type dialling struct {
	known bool
	trunk string // what is dialled before a number, "" for nothing
	bare  bool   // numbers are written without it
	usual [2]int // digits that mobile and fixed numbers have, behind the country code
}

// TrunkDigits are those that may be in what is dialled before a number.
const TrunkDigits = "068"

// diallings are by country code.
var diallings = sync.OnceValue(func() *[1000]dialling {
	list := new([1000]dialling)
	for code := range list {
		region := phonenumbers.GetRegionCodeForCountryCode(code)
		if region == phonenumbers.UNKNOWN_REGION {
			continue
		}
		d := dialling{known: true, trunk: phonenumbers.GetNddPrefixForRegion(region, true), bare: true}
		if d.trunk == "1" { // in North America that is the E.164 number, and nobody else writes it
			d.trunk = ""
		}
		for i, kind := range []phonenumbers.PhoneNumberType{phonenumbers.MOBILE, phonenumbers.FIXED_LINE} {
			if number := phonenumbers.GetExampleNumberForType(region, kind); number != nil {
				written := words.Digits(phonenumbers.Format(number, phonenumbers.NATIONAL))
				national := phonenumbers.GetNationalSignificantNumber(number)
				d.bare = d.bare && written == national
				d.usual[i] = len(national)
			}
		}
		list[code] = d
	}
	return list
})

// National is a number as it is written within its country: 0722 123456 for
// +254 722 123456.
type National struct {
	Trunk string // what is dialled before the rest, such as 0; "" for nothing
	Rest  string // the digits behind the country code
	Bare  bool   // numbers are usually written without Trunk
}

// NationalOf returns the national form of the digits of an E.164 number; without
// Rest for a country code that is not known. It does not allocate.
func NationalOf(digits string) National {
	list, code := diallings(), 0
	for i := 0; i < min(len(digits), 3); i++ {
		code = 10*code + int(digits[i]-'0')
		if code <= 0 || code >= len(list) {
			break
		}
		if d := &list[code]; d.known {
			return National{d.trunk, digits[i+1:], d.bare}
		}
	}
	return National{}
}

// usualLength reports whether an E.164 number, whose national form n is, has as
// many digits as mobile or fixed numbers of its country.
func (n National) usualLength(e164 string) bool {
	code, err := strconv.Atoi(e164[1 : len(e164)-len(n.Rest)])
	return err == nil && n.Rest != "" && slices.Contains(diallings()[code].usual[:], len(n.Rest))
}

// NationalBeginnings returns how E.164 numbers begin, without the plus, whose
// national form begins with some digits.
func NationalBeginnings(digits string) []string {
	var begins []string
	for code, d := range diallings() {
		if !d.known {
			continue
		}
		cc := strconv.Itoa(code)
		switch rest, dialled := strings.CutPrefix(digits, d.trunk); {
		case strings.HasPrefix(d.trunk, digits):
			begins = append(begins, cc)
		case dialled && d.trunk != "":
			begins = append(begins, cc+rest)
		}
		if d.bare {
			begins = append(begins, cc+digits)
		}
	}
	return begins
}

// Begins and Ends report whether the national form begins or ends with some
// digits.
func (n National) Begins(digits string) bool {
	if n.Bare && strings.HasPrefix(n.Rest, digits) {
		return true
	}
	if len(digits) <= len(n.Trunk) {
		return n.Rest != "" && strings.HasPrefix(n.Trunk, digits)
	}
	return strings.HasPrefix(digits, n.Trunk) && strings.HasPrefix(n.Rest, digits[len(n.Trunk):])
}

// Ends is described at Begins.
func (n National) Ends(digits string) bool {
	if len(digits) <= len(n.Rest) {
		return strings.HasSuffix(n.Rest, digits)
	}
	trunk := digits[:len(digits)-len(n.Rest)]
	return n.Rest != "" && strings.HasSuffix(digits, n.Rest) && strings.HasSuffix(n.Trunk, trunk)
}

// BeginsInTrunk reports whether some digits are in the national form and begin
// within Trunk: those that are not in the E.164 number.
func (n National) BeginsInTrunk(digits string) bool {
	for i := range len(n.Trunk) {
		in := n.Trunk[i:]
		if len(digits) <= len(in) && n.Rest != "" && strings.HasPrefix(in, digits) {
			return true
		}
		if rest, ok := strings.CutPrefix(digits, in); ok && rest != "" && strings.HasPrefix(n.Rest, rest) {
			return true
		}
	}
	return false
}

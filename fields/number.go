package fields

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cast"
)

// MaxSignificantDigits is how many significant decimal digits a number may
// have: every decimal of up to 15 digits survives the way through a float64
// (DBL_DIG of IEEE 754 binary64).
const MaxSignificantDigits = 15

const expectedNumber = "must be a number like 1234.5, without thousands separators"

// decimal is a number as it was written: digits × 10^exponent. The digits
// have no zero at either end; those of zero are "", and zero is never
// negative.
type decimal struct {
	negative bool
	digits   string
	exponent int
}

// decimalOf reads a number out of JSON or text. Booleans are no numbers.
func decimalOf(raw any) (decimal, bool) {
	switch v := raw.(type) {
	case string:
		return parseDecimal(strings.TrimSpace(v))
	case json.Number:
		return parseDecimal(v.String())
	case float64:
		return parseDecimal(strconv.FormatFloat(v, 'e', -1, 64))
	case int, int64, uint32:
		return parseDecimal(cast.ToString(v))
	}
	return decimal{}, false
}

// parseDecimal reads [+-]digits[.digits][e[+-]digits]; one of the groups of
// digits around the point may be empty. Nothing that needs an exponent of
// more than four digits is a number.
func parseDecimal(s string) (decimal, bool) {
	var d decimal
	if s != "" && (s[0] == '-' || s[0] == '+') {
		d.negative = s[0] == '-'
		s = s[1:]
	}
	mantissa := s
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa = s[:i]
		exponent := s[i+1:]
		n, err := strconv.Atoi(exponent)
		if err != nil || n < -9999 || n > 9999 {
			return decimal{}, false
		}
		d.exponent = n
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole+fraction == "" || !onlyDigits(whole) || !onlyDigits(fraction) {
		return decimal{}, false
	}
	written := strings.TrimLeft(whole+fraction, "0")
	d.digits = strings.TrimRight(written, "0")
	if d.digits == "" {
		return decimal{}, true
	}
	d.exponent += len(written) - len(d.digits) - len(fraction)
	return d, true
}

func onlyDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// float returns the nearest float64, and false when it does not stand for
// just this decimal: too large, or so small that digits are lost.
func (d decimal) float() (float64, bool) {
	text := "0"
	if d.digits != "" {
		text = d.digits + "e" + strconv.Itoa(d.exponent)
	}
	f, err := cast.ToFloat64E(text)
	if err != nil || math.IsInf(f, 0) {
		return 0, false
	}
	if f < 0x1p-1022 { // subnormal: fewer than 15 digits are exact
		back, _ := parseDecimal(strconv.FormatFloat(f, 'e', -1, 64))
		if back.digits != d.digits || back.exponent != d.exponent {
			return 0, false
		}
	}
	if d.negative {
		f = -f
	}
	return f, true
}

func coerceNumber(raw any) (Value, string) {
	d, ok := decimalOf(raw)
	if !ok {
		return Value{}, expectedNumber
	}
	if len(d.digits) > MaxSignificantDigits {
		return Value{}, fmt.Sprintf("must have at most %d significant digits", MaxSignificantDigits)
	}
	f, ok := d.float()
	if !ok {
		return Value{}, "must be a number between 1e-307 and 1e308 in size, or 0"
	}
	return NumberValue(f), ""
}

func checkRange(a *AttributeDefinition, f float64) string {
	switch {
	case a == nil:
	case a.Min != nil && f < *a.Min:
		return "must be at least " + formatNumber(*a.Min)
	case a.Max != nil && f > *a.Max:
		return "must be at most " + formatNumber(*a.Max)
	}
	return ""
}

// formatNumber writes the fewest digits that stand for f, in the way of JSON
// (and ECMAScript): with an exponent only when very large or small.
func formatNumber(f float64) string {
	format := byte('f')
	if size := math.Abs(f); size != 0 && (size < 1e-6 || size >= 1e21) {
		format = 'e'
	}
	return strconv.FormatFloat(f, format, -1, 64)
}

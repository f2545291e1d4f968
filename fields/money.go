package fields

import (
	"fmt"
	"strconv"
	"strings"
)

// MaxMinorUnits bounds an amount of money in minor units, either sign: the
// largest integer that every consumer of JSON reads exactly (2^53-1).
const MaxMinorUnits = 1<<53 - 1

// coerceMoney takes a number, a decimal string or {amount, currency} and
// gives minor units of the currency.
func coerceMoney(currency string, raw any) (Value, string) {
	if object, ok := raw.(map[string]any); ok {
		amount, fault := amountOf(currency, object)
		if fault != "" {
			return Value{}, fault
		}
		raw = amount
	}
	d, ok := decimalOf(raw)
	if !ok {
		return Value{}, "must be an amount like 1234.5, or {amount, currency}"
	}
	return minorUnits(currency, d)
}

// amountOf takes {amount, currency} apart.
func amountOf(currency string, object map[string]any) (any, string) {
	amount, hasAmount := object["amount"]
	sent, hasCurrency := object["currency"].(string)
	if !hasAmount || !hasCurrency || len(object) != 2 {
		return nil, "must be an amount like 1234.5, or {amount, currency}"
	}
	if !strings.EqualFold(strings.TrimSpace(sent), currency) {
		return nil, "must be in the currency of the attribute, " + currency
	}
	return amount, ""
}

func minorUnits(currency string, d decimal) (Value, string) {
	places, _ := CurrencyExponent(currency)
	if d.digits == "" {
		return IntValue(0), ""
	}
	zeros := d.exponent + places
	if zeros < 0 {
		return Value{}, fmt.Sprintf("must have at most %d decimals, as %s has", places, currency)
	}
	tooLarge := "must be at most " + formatMoney(MaxMinorUnits, places) + " in size"
	if len(d.digits)+zeros > 16 {
		return Value{}, tooLarge
	}
	n, err := strconv.ParseInt(d.digits+strings.Repeat("0", zeros), 10, 64)
	if err != nil || n > MaxMinorUnits {
		return Value{}, tooLarge
	}
	if d.negative {
		n = -n
	}
	return IntValue(n), ""
}

// formatMoney writes minor units in major units, without zeros at the end.
func formatMoney(minor int64, places int) string {
	sign := ""
	if minor < 0 {
		sign, minor = "-", -minor
	}
	digits := strconv.FormatInt(minor, 10)
	if len(digits) <= places {
		digits = strings.Repeat("0", places+1-len(digits)) + digits
	}
	whole := digits[:len(digits)-places]
	fraction := strings.TrimRight(digits[len(digits)-places:], "0")
	if fraction != "" {
		fraction = "." + fraction
	}
	return sign + whole + fraction
}

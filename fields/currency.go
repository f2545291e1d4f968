package fields

import "strings"

// The current currencies of ISO 4217 by the number of decimals of their minor
// unit, and two (ANG, BGN) that ended lately and live on in older amounts.
// golang.org/x/text/currency is no source for it: it has the rounding in use
// (COP 0), not the standard's exponents (COP 2), and lacks newer codes.
const (
	currencies0 = " BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF "
	currencies2 = " AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD" +
		" CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD" +
		" HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU" +
		" MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK" +
		" SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG" +
		" YER ZAR ZMW ZWG "
	currencies3 = " BHD IQD JOD KWD LYD OMR TND "
	currencies4 = " CLF UYW "
)

// CurrencyExponent returns the number of decimals of a currency's minor unit
// by ISO 4217: 2 for USD (cents), 0 for JPY, 3 for KWD. The code is in upper
// case; it is false when there is no such currency.
func CurrencyExponent(code string) (int, bool) {
	if len(code) != 3 || strings.Contains(code, " ") {
		return 0, false
	}
	key := " " + code + " "
	switch {
	case strings.Contains(currencies2, key):
		return 2, true
	case strings.Contains(currencies0, key):
		return 0, true
	case strings.Contains(currencies3, key):
		return 3, true
	case strings.Contains(currencies4, key):
		return 4, true
	}
	return 0, false
}

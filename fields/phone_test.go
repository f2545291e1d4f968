package fields

import (
	"testing"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	_ "github.com/ndoto/kundi/repeatable"
	"github.com/ndoto/kundi/words"
)

// phoneSchema is a workspace whose phone region is given.
func phoneSchema(region string) *Schema {
	settings := DefaultSettings()
	settings.PhoneRegion = region
	return NewSchema(sampleNouns, settings, nil)
}

// TestPhonesAsPeopleWriteThem: every way of writing a number is one number, for
// writes and for searches.
func TestPhonesAsPeopleWriteThem(t *testing.T) {
	for _, test := range []struct {
		e164, region string
		typed        []string
	}{
		{"+254722123456", "KE", []string{
			"0722 123 456", "0722-123-456", "(0722) 123456", "+254 722 123456", "+254.722.123456", "254722123456", "0722–123–456", "0722−123456",
			"\u202a+254 722 123456\u202c", "+254\u200b722\u200d123456", "\u2066+254722123456\u2069", "+254\u00a0722\u00a0123456", "+２５４７２２１２３４５６", "＋254722123456",
		}},
		{"+254722123456", "KE", []string{
			"tel:+254722123456", "TEL:+254722123456", "Tel: 0722 123456", "tel://+254722123456", "tel:0722123456;phone-context=+254", "tel:722123456;phone-context=+254",
			"tel:%2B254722123456", "sms:+254722123456", "SMS:+254722123456?body=Hello%20you", "smsto:+254722123456", "mms:+254722123456", "callto:+254722123456",
			"callto://+254722123456", "skype:+254722123456?call", "facetime:+254722123456", "fax:+254722123456",
		}},
		{"+254722123456", "", []string{
			"whatsapp:+254722123456", "WhatsApp:254722123456", "https://wa.me/254722123456", "wa.me/254722123456", "http://WA.ME/254722123456?text=Hi%20there", "https://wa.me/+254722123456/",
			"https://api.whatsapp.com/send?phone=254722123456", "https://api.whatsapp.com/send/?phone=%2B254722123456&text=a", "https://web.whatsapp.com/send?text=x&phone=254722123456",
			"whatsapp://send?phone=254722123456", "254722123456@c.us", "254722123456@C.US", "254722123456@s.whatsapp.net", "254722123456:12@s.whatsapp.net", "+254722123456@c.us",
			"viber://chat?number=%2B254722123456", "viber://add?number=254722123456", "https://signal.me/#p/+254722123456", "https://t.me/+254722123456", "\u200ewa.me/254722123456",
		}},
		{"+525512345678", "", []string{"+52 1 55 1234 5678", "+5215512345678", "5215512345678@c.us", "+52 55 1234 5678", "+52 044 55 1234 5678"}},
		{"+525512345678", "MX", []string{"044 55 1234 5678", "045 55 1234 5678", "55 1234 5678", "1 55 1234 5678", "01 55 1234 5678"}},
		{"+5491123456789", "", []string{"+54 9 11 15 2345 6789", "+54 9 11 2345-6789", "+54 11 15 2345 6789", "+54 9 011 15 2345 6789", "wa.me/5491123456789"}},
		{"+5491123456789", "AR", []string{"011 15 2345 6789", "11 15 2345-6789", "9 11 15 2345 6789"}},
		{"+5492966412345", "", []string{"+54 9 2966 15 412345", "+54 2966 15 412345"}},
		{"+5493414123456", "", []string{"+54 9 341 15 412 3456"}},
		{"+5511987654321", "", []string{"+55 11 8765-4321", "+55 11 98765-4321", "551187654321@c.us", "+55 (11) 8765 4321"}},
		{"+5511987654321", "BR", []string{"(11) 8765-4321", "(11) 98765-4321", "011 8765-4321", "0 15 11 98765-4321"}},
		{"+551134567890", "BR", []string{"(11) 3456-7890"}}, // a fixed line
		{"+2250712345678", "", []string{"+225 07 12 34 56 78"}},
		{"+2250707123456", "", []string{"+225 07 12 34 56"}},
		{"+2250545123456", "", []string{"+225 45 12 34 56"}},
		{"+2250141123456", "", []string{"+225 41 12 34 56"}},
		{"+2290197123456", "", []string{"+229 97 12 34 56", "+229 01 97 12 34 56"}},
		{"+84701234567", "", []string{"+84 120 123 4567", "+84 70 123 4567"}},
		{"+84391234567", "VN", []string{"0169 123 4567", "039 123 4567"}},
		{"+576012345678", "", []string{"+57 1 234 5678", "+57 601 234 5678"}},
		{"+593991234567", "", []string{"+593 9 123 4567", "+593 99 123 4567"}},
		{"+23057123456", "", []string{"+230 712 3456"}},
		{"+237677123456", "", []string{"+237 7712 3456"}},
		{"+237222123456", "", []string{"+237 2212 3456"}},
		{"+493012345678", "DE", []string{"030/12345678", "030 / 1234 5678", "+49 30/12345678", "0049 30/12345678", "030-12345678"}},
		{"+4366412345678", "AT", []string{"0664/123/45678", "+43/664/12345678"}},
		{"+442071234567", "GB", []string{"020 7123 4567", "+44 (0)20 7123 4567", "0044 20 7123 4567"}},
		{"+56912345678", "CL", []string{"09 1234 5678", "+56 09 1234 5678", "9 1234 5678", "+56 9 1234 5678"}},
		{"+5511987654321", "BR", []string{"0XX11 98765-4321", "(0xx11) 98765-4321", "0 xx 11 98765-4321", "+55 (0xx11) 98765-4321"}},
		{"+81312345678", "JP", []string{"ＴＥＬ：０３－１２３４－５６７８", "TEL：03-1234-5678", "（０３）１２３４ー５６７８"}},
		{"+819012345678", "JP", []string{"090ー1234ー5678", "００８１ ９０ 1234 5678"}},
		{"+912243201234", "IN", []string{"022 4320 1234"}},
		{"+911143201234", "IN", []string{"011 4320 1234"}},                                                   // not Austria
		{"+447700900123", "GB", []string{"07700 900123", "07700900123", "447700900123", "0044 7700 900123"}}, // numbers of nobody, as they are dialled
		{"+15551234567", "US", []string{"(555) 123-4567", "555 123 4567", "15551234567", "1-555-123-4567"}},
		{"+447700900123", "US", []string{"011 44 7700 900123", "011447700900123"}},
		{"+447700900123", "", []string{"011 44 7700 900123", "0044 7700 900123"}},
		{"+4520261128", "DK", []string{"20261128", "20 26 11 28", "2026 1128"}}, // may be a day, likewise
		{"+25420261128", "KE", []string{"020261128", "(020) 261128", "+254 20 261128"}},
		{"+4722334455", "NO", []string{"22 33 44 55", "22.33.44.55"}}, // may be an address, but is assigned
		{"+298281126", "FO", []string{"28 11 26", "28.11.26"}},        // may be a day, likewise
	} {
		s := phoneSchema(test.region)
		for _, typed := range test.typed {
			v, fault := s.Coerce(sampleField(t, s, "phone"), typed)
			require.Empty(t, fault, "%q in %q", typed, test.region)
			require.Equal(t, test.e164, v.Text, "%q in %q", typed, test.region)
			require.Equal(t, test.e164[1:], DialledDigits(words.VisibleText(typed), test.region), "%q in %q", typed, test.region)
		}
	}
}

// TestNoPhones: what has digits and is no phone number, or more than one.
func TestNoPhones(t *testing.T) {
	for _, test := range []struct{ region, typed, fault string }{
		{"KE", "254733300402.0", phoneDecimal},
		{"KE", "254733300402.00", phoneDecimal},
		{"", "+254733300402.0", phoneDecimal},
		{"KE", "733300402.5", phoneDecimal},
		{"KE", "2.54733E+11", expectedPhone},
		{"KE", "254733300402,0", expectedPhone},
		{"GB", "020 7123456/7", phonesTwo},
		{"GB", "020 7123456/57", phonesTwo},
		{"KE", "0722123456/0733123456", phonesTwo},
		{"KE", "712345/733456", ""}, // an area code of six digits
		{"KE", "7123456/733456", phonesTwo},
		{"KE", "0722123456, 0733123456", expectedPhone},
		{"KE", "0722123456;0733123456", expectedPhone},
		{"KE", "0722123456 or 0733123456", expectedPhone},
		{"KE", "sms:+254722123456,+254722123457", expectedPhone},
		{"KE", "+254722123456+254733123456", expectedPhone},
		{"KE", "192.168.10.12", phoneAddress},
		{"KE", "10.0.0.1", phoneAddress},
		{"KE", "10.20.30.40", phoneAddress},
		{"", "8.8.8.8", phoneAddress},
		{"KE", "2026-11-28", phoneDate},
		{"KE", "28.11.2026", phoneDate},
		{"US", "11/28/2026", phoneDate},
		{"KE", "1999/1/31", phoneDate},
		{"KE", "28.11.26", phoneDate},
		{"KE", "20261128", phoneDate},
		{"KE", "2026 11 28", phoneDate},
		{"KE", "2026-1128", phoneDate},
		{"KE", "28 11 2026", phoneDate},
		{"KE", "01/02/2026 03", phoneDate},
		{"KE", "3.1415926", phoneDecimal},
		{"DK", "3.1415926", phoneDecimal},
		{"KE", "123-45-6789", phoneUnassigned},
		{"US", "123-45-6789", phoneUnassigned},
		{"KE", "1-2-3-4-5-6-7", phoneUnassigned},
		{"NO", "1-2-3-4-5-6-7-8", phoneUnassigned},
		{"KE", "00000000", phoneUnassigned},
		{"KE", "1764288000", phoneUnassigned},
		{"US", "1764288000", phoneUnassigned},
		{"KE", "1.722.123.456", phoneUnassigned},
		{"KE", "0722 123 456 7", phoneUnassigned},
		{"US", "5551234567", phoneUnassigned},
		{"TT", "0712 345 678", phoneUnassigned},
		{"AR", "15 2345 6789", phoneUnassigned},
		{"RU", "0044 20 7123", phoneUnassigned},
		{"KE", "2026-11-28T10:30:00Z", expectedPhone},
		{"KE", "+254722123456 ext 5", phoneExtension},
		{"KE", "+254722123456x5", phoneExtension},
		{"KE", "tel:+254722123456;ext=12", phoneExtension},
		{"KE", "wa.me/message/ABCDEF", expectedPhone},
		{"KE", "https://t.me/+AbCd123", expectedPhone},
		{"KE", "254722123456-1500000@g.us", expectedPhone},
		{"KE", "254722123456@lid", expectedPhone},
		{"KE", "tel:", expectedPhone},
		{"KE", "https://example.com/254722123456", expectedPhone},
		{"KE", "wa.me/%zz", expectedPhone},
		{"", "0722123456", ExpectedPhoneRegion},
		{"", "wa.me/0722123456", ExpectedPhoneRegion},
	} {
		s := phoneSchema(test.region)
		_, fault := s.Coerce(sampleField(t, s, "phone"), test.typed)
		if test.fault == "" {
			require.NotEqual(t, phonesTwo, fault, "%q", test.typed)
			continue
		}
		require.Equal(t, test.fault, fault, "%q in %q", test.typed, test.region)
		require.Empty(t, DialledDigits(test.typed, test.region), "%q in %q", test.typed, test.region)
	}
}

// A number that is dialled as in most countries is that number everywhere.
func TestNumbersFromAbroad(t *testing.T) {
	for region := range phonenumbers.GetSupportedRegions() {
		for _, typed := range []string{"0044 20 7123 4567", "0081 90 1234 5678", "00254722123456", "001 202 555 0123", "0033 6 12 34 56 78"} {
			v, fault := CoercePhone(typed, region)
			require.Empty(t, fault, "%q in %q", typed, region)
			require.Equal(t, "+"+words.Digits(typed)[2:], v.Text, "%q in %q", typed, region)
		}
	}
}

// What is stored is read as itself, in every region.
func TestLawPhonesAreStable(t *testing.T) {
	written := rapid.StringMatching(`\+(52|54|55|57|84|225|229|230|237|593|254|44|39|7)[0-9]{7,13}`)
	regions := rapid.SampledFrom([]string{"", "KE", "MX", "AR", "BR", "CI", "VN", "US"})
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		v, fault := CoercePhone(written.Draw(t, "written"), "")
		if fault != "" {
			return
		}
		accepted++
		again, fault := CoercePhone(v.Text, regions.Draw(t, "region"))
		require.Empty(t, fault)
		require.Equal(t, v, again)
		require.Equal(t, v.Text, RenewedPhone(v.Text))
	})
	require.Positive(t, accepted)
}

func TestRenewedPhone(t *testing.T) {
	for was, is := range map[string]string{
		"+551187654321": "+5511987654321", "+22997123456": "+2290197123456", "+841201234567": "+84701234567", "+254722123456": "+254722123456",
		"+551134567890": "+551134567890", "": "", "+5": "+5",
	} {
		require.Equal(t, is, RenewedPhone(was))
	}
}

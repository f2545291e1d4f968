package filtertest

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"

	"pgregory.net/rapid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// The values that contacts have and filters ask for. They are few, so that
// the two meet often.
var (
	texts = []string{
		"a", "ab", "ABC", "abc", "Ana", "José", "JOSE", "jose\u0301 garcía", "Straße", "STRASSE", "Σίσυφος", "ΣΊΣΥΦΟΣ",
		"Łódź", "lodz", "İstanbul", "istanbul", "Ærø", "東京", "محمد", "ﬁnance", "O'Brien", "a%_*\\b", `"quoted"`, "12", "😀 smile",
		"Ångström", "x  y", "X\u00a0y", "é", "O’Brien", "Jean–Luc", "jean-luc", "jean\u200bluc",
	}
	emails = []string{
		"ana@example.com", "Ana@Example.com", "jose@xn--exmple-cua.de", "Bob＠example。com", "bob@example.com", "jose@exämple.de", "josé@example.es", "JOSÉ@example.es", "a+b@mail.example.org",
	}
	phones      = []string{"+254712345678", "+254712345679", "0712345678", "+393471234567", "+12025550123", "+255712345678", "+36301234567", "+7 916 123 45 67"}
	identifiers = []string{"A-1", "a-1", "É1", "E\u03011", "00012", "12", "x_y%"}
	identities  = []string{"sms:1", "sms:1:2", "line:a", "line:A", "live_chat:É1"}
	countries   = []string{"KE", "ke", "TZ", "IT", "BR", "WS"}
	labels      = []string{"vip", "VIP", "Größe", "GROSSE", "new", "churn risk", "Churn  Risk", "women’s", "women's", "日本"}
	links       = []string{"https://example.com", "https://EXAMPLE.com", "http://example.com/Straße", "https://example.org/a?b=c"}
	options     = []string{"Gold", "Silver", "Größe", "Été"}
	numbers     = []string{
		"0", "-0", "1", "-1", "2", "0.1", "0.3", "100", "99.99", "1e3", "999999999999999", "-999999999999999", "1e300", "-1e300", "1e-300",
	}
	periods = []string{
		"P0D", "P1D", "P7D", "P30D", "P1W", "P1M", "P6M", "P1Y", "P1Y2M3W4D", "P13M", "P100Y",
	}
	timedPeriods = []string{"PT0S", "PT1H", "PT24H", "P1DT1H30M", "P1MT1S", "PT2H"}
)

// pools hold the values that depend on the world.
type pools struct {
	money    []string
	days     []int64 // since 1970-01-01
	moments  []int64 // ms
	currency string
}

func newPools(schema *fields.Schema, env filter.Env) pools {
	p := pools{currency: schema.Settings.Currency}
	places, _ := fields.CurrencyExponent(p.currency)
	for _, minor := range []int64{0, 1, -1, 2, 100, 12345, fields.MaxMinorUnits, -fields.MaxMinorUnits} {
		p.money = append(p.money, major(minor, places))
	}
	p.addDays(env)
	p.addMoments(env)
	return p
}

// major writes minor units in major ones.
func major(minor int64, places int) string {
	sign := ""
	if minor < 0 {
		sign, minor = "-", -minor
	}
	scale := int64(math.Pow10(places))
	text := sign + strconv.FormatInt(minor/scale, 10)
	if places > 0 {
		fraction := strconv.FormatInt(scale+minor%scale, 10)
		text += "." + fraction[1:]
	}
	return text
}

// addDays collects days around the present, around the ends of every period,
// and far off.
func (p *pools) addDays(env filter.Env) {
	today := bounds(env, fields.FieldDate, filter.WithinLast, filter.Period{})
	first, _ := fields.ParseDay("0001-01-01")
	last, _ := fields.ParseDay("9999-12-31")
	leap, _ := fields.ParseDay("2024-02-29")
	p.days = append(p.days, first, last, leap, leap+1, 0, -1)
	for _, day := range []int64{-31, -2, -1, 0, 1, 2, 31} {
		p.days = append(p.days, today[0]+day)
	}
	for _, written := range periods {
		for _, operator := range []filter.Operator{filter.WithinLast, filter.WithinNext} {
			for _, end := range bounds(env, fields.FieldDate, operator, period(written)) {
				p.days = append(p.days, end-1, end, end+1)
			}
		}
	}
	p.addUnits(env)
	p.addAnniversaries(env)
	slices.Sort(p.days)
	p.days = slices.Compact(p.days)
}

// addMoments collects the moments on both sides of every end that a period
// from the present or a day may have.
func (p *pools) addMoments(env filter.Env) {
	var ends []int64
	for _, written := range slices.Concat(periods, timedPeriods) {
		for _, operator := range []filter.Operator{filter.WithinLast, filter.WithinNext} {
			b := bounds(env, fields.FieldInstant, operator, period(written))
			ends = append(ends, b[0], b[1])
		}
	}
	for _, day := range p.days {
		lo, hi, _ := (&filter.Rule{
			Field: fields.Field{Type: fields.FieldInstant}, Operator: filter.On,
			Values: []fields.Value{fields.IntValue(day)}, Days: []bool{true},
		}).Bounds(env)
		ends = append(ends, lo, hi)
	}
	for _, end := range ends {
		for _, ms := range []int64{end - 1, end, end + 1, end + 3_600_000} {
			// The first moment of year 1 stands for "none", and is refused.
			if _, ok := fields.ParseInstant(fields.FormatInstant(ms)); ok {
				p.moments = append(p.moments, ms)
			}
		}
	}
	slices.Sort(p.moments)
	p.moments = slices.Compact(p.moments)
}

func bounds(env filter.Env, fieldType fields.FieldType, operator filter.Operator, p filter.Period) [2]int64 {
	lo, hi, _ := (&filter.Rule{Field: fields.Field{Type: fieldType}, Operator: operator, Period: p}).Bounds(env)
	return [2]int64{lo, hi}
}

// period reads a period by way of a filter.
func period(written string) filter.Period {
	raw := `{"combinator":"and","rules":[{"field":"created_at","operator":"within_last","value":"` + written + `"}]}`
	f, err := filter.Decoder{Schema: ledger.NewSchema(fields.DefaultSettings(), nil, contacts.Kind, companies.Kind)}.Decode([]byte(raw), "filter")
	if err != nil {
		return filter.Period{}
	}
	return f.Root.Rules[0].(*filter.Rule).Period
}

// value draws a value of a field, many-valued ones whole, as decoded JSON.
func (p pools) value(t *rapid.T, f fields.Field) any {
	if f.Type != fields.FieldMany {
		return p.member(t, f)
	}
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) any { return p.member(t, f) }), 1, 4).Draw(t, f.Name)
}

// member draws one value of a field as decoded JSON.
func (p pools) member(t *rapid.T, f fields.Field) any {
	switch f.Type {
	case fields.FieldNumber:
		return json.Number(pick(t, numbers))
	case fields.FieldCurrency:
		return p.amount(t)
	case fields.FieldDate:
		return fields.FormatDay(pick(t, p.days))
	case fields.FieldInstant:
		return fields.FormatInstant(pick(t, p.moments))
	case fields.FieldCheckbox:
		return rapid.Bool().Draw(t, f.Name)
	}
	return pick(t, p.writtenValues(f))
}

// amount draws money in one of the forms it may be sent in.
func (p pools) amount(t *rapid.T) any {
	amount := pick(t, p.money)
	switch rapid.IntRange(0, 2).Draw(t, "form") {
	case 0:
		return amount
	case 1:
		return map[string]any{"amount": json.Number(amount), "currency": p.currency}
	}
	return json.Number(amount)
}

// writtenValues are the values of a field that are text of some form.
func (p pools) writtenValues(f fields.Field) []string {
	switch f.Type {
	case fields.FieldEmail:
		return emails
	case fields.FieldPhone:
		return phones
	case fields.FieldLink:
		return links
	case fields.FieldID:
		return identifiers
	case fields.FieldText:
		return texts
	}
	switch f.Plain() {
	case "type":
		return []string{"visitor", "lead", "customer"}
	case "country":
		return countries
	case "labels":
		return labels
	case "domains":
		return domains
	case "identities":
		return identities
	case "channels":
		return fields.Channels[:4]
	}
	if f.Standard != nil && f.Standard.Choices != nil {
		return f.Standard.Choices
	}
	return options
}

func pick[T any](t *rapid.T, from []T) T { return rapid.SampledFrom(from).Draw(t, "value") }

var domains = []string{"acme.example", "Müller.example", "mail.acme.example"}

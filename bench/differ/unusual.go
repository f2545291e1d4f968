package differ

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// zones are those in which filters are asked: with and without daylight saving, with clocks that
// change at midnight (America/Sao_Paulo until 2019), by half an hour (Australia/Lord_Howe), a
// minute after midnight (America/St_Johns until 2011), and over a whole day (Pacific/Apia in 2011).
var zones = []string{
	"Europe/Berlin", "America/Sao_Paulo", "UTC", "America/New_York", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu", "Australia/Lord_Howe",
}

var weekStarts = []string{"monday", "sunday", "saturday"}

// The values that records and filters have beside those of package fixtures. They are few, so that
// the two meet.
var (
	odd = []string{
		"a%_*\\b", "100 %", "_", "Straße", "STRASSE", "Σίσυφος", "ΣΊΣΥΦΟΣ", "Łódź", "İstanbul", "Ærø", "東京", "محمد", "ﬁnance", "O'Brien", "O’Brien",
		"Jean–Luc", "jean-luc", `say "yes"`, "x  y", "😀 smile", "José", "JOSE\u0301", "Ångström",
	}
	names      = []string{"Amina", "José", "Zoë", "Łukasz", "Şebnem", "O'Brien"}
	teams      = []string{"Sales", "Support", "Größe", "sales"}
	topics     = []string{"billing", "delivery", "Rückgabe", "other"}
	industries = []string{"Retail", "Banking", "Health", "Büro"}
	labels     = []string{"VIP", "churn risk", "Größe", "women’s", "日本", "do not call"}
	campaigns  = []string{"spring", "Spring", "welcome-2", "Größe 50 %"}
	channels   = []string{"email", "whatsapp", "sms", "live_chat", "telegram"}
	amounts    = []float64{0, 1, -1, 0.1, 0.3, 99.99, 100, 999_999_999_999_999, -999_999_999_999_999, 1e300, -1e300, 1e-300}
	cents      = []int64{0, 1, -1, 5_000, 10_000, 50_000, fields.MaxMinorUnits, -fields.MaxMinorUnits}
)

// unusual returns moments at which the calendar of some zone is not plain, and days of the kind:
// changes of clocks, midnights of these days, ends of months, and the present.
func unusual(now time.Time) (moments, days []int64) {
	for _, date := range []string{
		"2026-03-28", "2026-03-29", "2026-03-30", "2026-10-25", "2025-10-26", "2025-03-30", "2024-02-29", "2024-02-28", "2025-02-28", "2026-02-28",
		"2026-01-31", "2026-03-31", "2026-04-30", "2026-12-31", "2027-01-01", "2018-11-03", "2018-11-04", "2018-02-17", "2018-02-18",
		"2025-03-09", "2025-11-02", "2026-03-08", "2011-12-29", "2011-12-30", "2011-12-31", "2010-03-14", "2010-11-07", "2010-11-06",
		"2026-04-05", "2026-10-04", now.Format(time.DateOnly), now.AddDate(0, 0, -1).Format(time.DateOnly), now.AddDate(0, 0, 1).Format(time.DateOnly),
	} {
		day, _ := fields.ParseDay(date)
		days = append(days, day)
		for _, name := range zones {
			zone := zoneOf(name)
			midnight, _ := time.ParseInLocation(time.DateOnly, date, zone)
			moments = append(moments, midnight.UnixMilli(), midnight.Add(12*time.Hour).UnixMilli())
			if _, change := midnight.Add(-time.Hour).ZoneBounds(); !change.IsZero() && change.Sub(midnight) < 48*time.Hour {
				moments = append(moments, change.UnixMilli(), change.Add(-time.Hour).UnixMilli(), change.Add(30*time.Minute).UnixMilli())
			}
		}
	}
	first, _ := fields.ParseDay("0001-01-01")
	last, _ := fields.ParseDay("9999-12-31")
	days = append(days, first, last, 0, -1)
	slices.Sort(moments)
	return slices.Compact(moments), days
}

func zoneOf(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // the names are those of this file
	}
	return zone
}

func pick[T any](random *rand.Rand, from []T) T { return from[random.IntN(len(from))] }

// some returns one or two values, in some percent of all calls, and else none.
func (m *maker) some(from []string, percent int) []string {
	if !m.chance(percent) {
		return nil
	}
	list := []string{pick(m.random, from)}
	if other := pick(m.random, from); other != list[0] {
		list = append(list, other)
	}
	return list
}

// has decides whether a record has an attribute. It does not draw, because maps have no order.
func (m *maker) has(ordinal uint32, key string) bool {
	return (ordinal*2654435761>>7+uint32(len(key)))%4 > 0
}

// moment is one of the unusual moments, or a millisecond before or after it.
func (m *maker) moment() time.Time {
	return time.UnixMilli(pick(m.random, m.moments) + int64(m.random.IntN(3)) - 1).UTC()
}

// moved gives a time that is there another one, now and then.
func (m *maker) moved(at time.Time) time.Time {
	if at.IsZero() || !m.chance(25) {
		return at
	}
	return m.moment()
}

// recent is a time of the last two years, now and then another one.
func (m *maker) recent() time.Time {
	return m.moved(m.now.Add(-time.Duration(m.random.Int64N(int64(2 * 365 * 24 * time.Hour)))).Truncate(time.Millisecond))
}

// day is one of the unusual days, or one of the year before and after the present.
func (m *maker) day() int64 {
	if m.chance(30) {
		return pick(m.random, m.days)
	}
	return m.now.Unix()/86_400 + int64(m.random.IntN(730)) - 365
}

// texts gives a contact texts with signs that mean something elsewhere, and letters that fold.
func (m *maker) texts(c *contacts.Contact) {
	if m.chance(6) {
		c.Name = pick(m.random, odd)
	}
	if m.chance(4) {
		c.City = pick(m.random, odd)
	}
	if m.chance(10) {
		c.Labels = m.some(labels, 100)
	}
}

// addresses gives a contact more ways to reach it.
func (m *maker) addresses(c *contacts.Contact) {
	other := m.people.Person(m.random.IntN(m.n))
	if c.Email != "" && other.Email != "" && m.chance(10) {
		c.MoreEmails = []contacts.Address{{Value: "Second." + other.Email, Shared: m.chance(50)}}
	}
	if c.Phone != "" && other.Phone != "" && other.Phone != c.Phone && m.chance(10) {
		c.MorePhones = []contacts.Address{{Value: other.Phone, Shared: true}}
	}
	if m.chance(15) {
		c.Identities = []contacts.Identity{contacts.IdentityOf(pick(m.random, channels) + ":" + pick(m.random, []string{"A", "a", "a:b", "É", "100%"}))}
	}
}

// consents lets a contact say something about channels, and suppresses addresses of it.
func (m *maker) consents(c *contacts.Contact) {
	for _, name := range fields.Channels { // in their order
		channel := fields.ChannelNamed(name)
		if m.chance(8) {
			status := pick(m.random, []contacts.ConsentStatus{contacts.Subscribed, contacts.Unsubscribed})
			c.Consents = append(c.Consents, contacts.Consent{Channel: channel, Status: status, At: m.now, Source: ledger.SourceAPI})
		}
	}
	for _, row := range addressRows(c) {
		if m.chance(10) {
			c.Suppressed = append(c.Suppressed, contacts.Suppressed{Channel: fields.ChannelNamed(row[1].(string)), Address: row[2].(string)})
		}
	}
}

// numbers gives a contact numbers, money and days at the ends of what is possible.
func (m *maker) numbers(c *contacts.Contact) {
	set := func(key string, v fields.Value) { c.Attributes = c.Attributes.With(m.schema.Attribute(key).Number, v) }
	if m.chance(10) {
		set("seats", fields.NumberValue(pick(m.random, amounts)))
	}
	if m.chance(10) {
		set("mrr", fields.IntValue(pick(m.random, cents)))
	}
	if m.chance(25) {
		set("renewal_date", fields.IntValue(m.day()))
	}
}

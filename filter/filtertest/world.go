package filtertest

import (
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
)

// World is what filters are evaluated in. Its contacts have the ordinals 1 to
// n in order; they may be replaced (see Contact) but not changed.
type World struct {
	Schema    *fields.Schema
	Env       filter.Env // of the schema
	Companies []*companies.Company
	Contacts  []*contacts.Contact
	// Conversations, Notes and Events belong to some of the first contacts, or to what those have absorbed
	// or may absorb. A world has none but for DrawOwned.
	Conversations []*conversations.Conversation
	Notes         []*notes.Note
	Events        []*audiences.Event
	// Segments are saved segments by id. Some contacts are pinned in some of them, and some
	// excluded, or what they have absorbed is.
	Segments map[string]filter.Saved

	pools    pools
	changes  changes                                     // none but for DrawChanges
	distance uint32                                      // to the ordinal of the first that a contact has absorbed
	owned    map[uint32]map[fields.Entity][]ledger.Facts // by owner
}

// Draw draws a world with n contacts. Its schema has attributes of all eight
// types: two lists, one single-valued and one multiple, and two checkboxes,
// one of them three-state.
func Draw(t *rapid.T, n int) *World {
	schema := drawSchema(t)
	w := &World{
		Schema:   schema,
		Env:      filter.EnvOf(schema, drawNow(t, schema.Zone())),
		Segments: map[string]filter.Saved{}, distance: rapid.SampledFrom(distances).Draw(t, "distance"),
	}
	w.pools = newPools(w.Schema, w.Env)
	for i := range 3 {
		w.Companies = append(w.Companies, w.company(t, uint32(i+1)))
	}
	for i := range n {
		w.Contacts = append(w.Contacts, w.Contact(t, uint32(i+1)))
	}
	// Later segments may name earlier ones.
	for _, id := range []string{"first", "second", "third"} {
		w.Segments[id] = filter.Saved{
			Name: id, Filter: w.wire(w.group(t, 2)), Static: rapid.IntRange(0, 3).Draw(t, "static") == 0,
			Pinned: w.picked(t), Excluded: w.picked(t),
		}
	}
	return w
}

// picked draws some contacts, or what they have absorbed, and some that there never were; nil
// for nobody.
func (w *World) picked(t *rapid.T) *roaring.Bitmap {
	if rapid.Bool().Draw(t, "nobody is picked") {
		return nil
	}
	set := roaring.BitmapOf(1 << 20)
	for _, c := range w.Contacts {
		for _, ordinal := range w.factsOf(c).Ordinals() {
			if rapid.IntRange(0, 5).Draw(t, "picked") == 0 {
				set.Add(ordinal)
			}
		}
	}
	return set
}

// Decoder decodes filters of this world.
func (w *World) Decoder() filter.Decoder {
	return filter.Decoder{Schema: w.Schema, Segments: func(id string) (filter.Saved, bool, error) {
		saved, ok := w.Segments[id]
		return saved, ok, nil
	}}
}

// Facts are what Match needs to know of a contact of this world.
func (w *World) Facts(c *contacts.Contact) ledger.Facts {
	if c.Company == 0 {
		return w.factsOf(c)
	}
	return w.factsOf(c, w.companyFacts(c.Company))
}

func (w *World) factsOf(c *contacts.Contact, company ...ledger.Facts) ledger.Facts {
	x := contacts.Kind.Facts(c, company...)
	x.Owned, x.Derived = w.ownedBy(c), w.changes.add(c.Ordinal, w.shown(c))
	return x
}

// allFacts are those of all contacts, in their order.
func (w *World) allFacts() []ledger.Facts {
	list, firms := make([]ledger.Facts, len(w.Contacts)), make([]ledger.Facts, len(w.Companies))
	for i := range firms {
		firms[i] = w.companyFacts(uint32(i + 1))
	}
	for i, c := range w.Contacts {
		if list[i] = w.factsOf(c); c.Company != 0 {
			list[i].Related = firms[c.Company-1 : c.Company]
		}
	}
	return list
}

// Matching returns the ordinals that Match accepts, in rising order, never nil.
func (w *World) Matching(f *filter.Filter) []uint32 {
	ordinals := []uint32{}
	for i, x := range w.allFacts() {
		if filter.Match(f.Root, x, w.Env) {
			ordinals = append(ordinals, w.Contacts[i].Ordinal)
		}
	}
	return ordinals
}

var zones = []string{
	"UTC", "Europe/Rome", "America/Sao_Paulo", "Pacific/Apia", "America/St_Johns", "Asia/Kathmandu",
}

func drawSchema(t *rapid.T) *fields.Schema {
	currency := rapid.SampledFrom([]string{"USD", "JPY", "KWD"}).Draw(t, "currency")
	settings := fields.Settings{
		TimeZone: rapid.SampledFrom(zones).Draw(t, "zone"), Currency: currency, PhoneRegion: "KE",
		WeekStart: rapid.SampledFrom([]string{"monday", "sunday", "saturday"}).Draw(t, "week start"),
	}
	// Number 3 is missing: it was of a definition that is gone, whose values
	// contacts still hold.
	return ledger.NewSchema(settings, []*fields.AttributeDefinition{
		{Number: 1, Key: "text", Label: "Text", Type: fields.AttributeText},
		{Number: 2, Key: "number", Label: "Number", Type: fields.AttributeNumber},
		{Number: 4, Key: "currency", Label: "Currency", Type: fields.AttributeCurrency, Currency: currency},
		{Number: 5, Key: "percentage", Label: "Percentage", Type: fields.AttributePercentage},
		{Number: 6, Key: "link", Label: "Link", Type: fields.AttributeLink},
		{Number: 7, Key: "date", Label: "Date", Type: fields.AttributeDate},
		{Number: 8, Key: "list", Label: "List", Type: fields.AttributeList, Options: options},
		{Number: 9, Key: "many", Label: "Many", Type: fields.AttributeList, Options: options, Multiple: true},
		{Number: 10, Key: "checkbox", Label: "Checkbox", Type: fields.AttributeCheckbox},
		{Number: 11, Key: "three_state", Label: "Three-state", Type: fields.AttributeCheckbox, ThreeState: true},
		{Number: 12, Entity: fields.EntityCompany, Key: "number", Label: "Number", Type: fields.AttributeNumber},
		{Number: 13, Entity: fields.EntityCompany, Key: "many", Label: "Many", Type: fields.AttributeList, Options: options, Multiple: true},
		{Number: 14, Entity: fields.EntityCompany, Key: "checkbox", Label: "Checkbox", Type: fields.AttributeCheckbox},
		{Number: 15, Entity: fields.EntityConversation, Key: "list", Label: "List", Type: fields.AttributeList, Options: options},
		{Number: 16, Entity: fields.EntityConversation, Key: "number", Label: "Number", Type: fields.AttributeNumber},
	}, contacts.Kind, companies.Kind, conversations.Kind, notes.Kind, audiences.EventsKind)
}

// distances are how much higher the ordinal of the first may be that a contact has absorbed: most
// near, because who counts by ordinal looks at all between, and some in another block of rows.
var distances = []uint32{1 << 10, 1 << 10, 1 << 10, 1 << 17}

// deletedAttribute is the number of a definition that no schema has.
const deletedAttribute = 3

// drawNow draws a present near a day on which the calendar is not plain: a
// leap day, the end of a month, or a change of the zone's clocks.
func drawNow(t *rapid.T, zone *time.Location) time.Time {
	days := []string{"2024-02-29", "2026-03-31", "2026-11-22", "2025-03-01"}
	switch zone.String() {
	case "Europe/Rome":
		days = append(days, "2026-03-29", "2026-10-25")
	case "America/Sao_Paulo":
		days = append(days, "2018-11-04", "2018-02-17")
	case "Pacific/Apia":
		days = append(days, "2011-12-29", "2011-12-31", "2012-01-30")
	case "America/St_Johns":
		days = append(days, "2010-03-14", "2010-11-06", "2010-11-07")
	}
	day, err := time.ParseInLocation(time.DateOnly, rapid.SampledFrom(days).Draw(t, "day"), zone)
	if err != nil {
		t.Fatalf("day: %v", err)
	}
	minutes := rapid.SampledFrom([]int{0, 1, 30, 90, 150, 210, 720, 1380, 1439}).Draw(t, "minutes")
	return day.Add(time.Duration(minutes)*time.Minute + time.Duration(rapid.IntRange(0, 2_000).Draw(t, "µs"))*time.Microsecond)
}

func (w *World) company(t *rapid.T, ordinal uint32) *companies.Company {
	c := &companies.Company{
		Ordinal: ordinal, ID: drawID(t), Name: w.stored(t, "company.name").Text, CreatedAt: moment(w.stored(t, "company.created_at")),
		Identifier: w.maybe(t, "company.identifier").Text, Country: w.maybe(t, "company.country").Text, City: w.maybe(t, "company.city").Text,
		Labels: w.maybe(t, "company.labels").List, Domains: w.maybe(t, "company.domains").List, UpdatedAt: moment(w.stored(t, "company.updated_at")),
	}
	for _, a := range w.Schema.Of(fields.EntityCompany).Attributes() {
		if v := w.maybe(t, fields.CompanyPrefix+fields.AttributePrefix+a.Key); !v.IsMissing() {
			c.Attributes = c.Attributes.With(a.Number, v)
		}
	}
	return c
}

// companyFields are the names of the fields of companies among those of contacts, but for
// those that contacts have among their own.
func (w *World) companyFields() (names []string) {
	for _, f := range companies.StandardFields {
		if f.Name != "name" {
			names = append(names, fields.CompanyPrefix+f.Name)
		}
	}
	for _, a := range w.Schema.Of(fields.EntityCompany).Attributes() {
		names = append(names, fields.CompanyPrefix+fields.AttributePrefix+a.Key)
	}
	return names
}

// Contact draws a contact with the given ordinal: the n-th for a new world, or
// a replacement. Any field may be missing but id, type and the instants of its
// making and change.
func (w *World) Contact(t *rapid.T, ordinal uint32) *contacts.Contact {
	c := &contacts.Contact{
		Ordinal: ordinal, ID: drawID(t), Version: uint64(ordinal),
		Type: rapid.SampledFrom(contacts.Types).Draw(t, "type"),
		Name: w.maybe(t, "name").Text, FirstName: w.maybe(t, "first_name").Text, LastName: w.maybe(t, "last_name").Text,
		Email: w.maybe(t, "email").Text, Phone: w.maybe(t, "phone").Text, Identifier: w.maybe(t, "identifier").Text,
		Country: w.maybe(t, "country").Text, City: w.maybe(t, "city").Text,
		Company: uint32(rapid.IntRange(0, len(w.Companies)).Draw(t, "company")),
		Labels:  w.maybe(t, "labels").List, Channels: w.maybe(t, "channels").List,
		Blocked:   rapid.Bool().Draw(t, "blocked"),
		CreatedAt: moment(w.stored(t, "created_at")), UpdatedAt: moment(w.stored(t, "updated_at")),
		LastSeenAt: moment(w.maybe(t, "last_seen_at")),
	}
	for _, a := range w.Schema.Attributes() {
		if v := w.maybe(t, fields.AttributePrefix+a.Key); !v.IsMissing() {
			c.Attributes = c.Attributes.With(a.Number, v)
		}
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "absorbed") {
		c.Absorbed = append(c.Absorbed, ledger.Absorbed{
			Ordinal: ordinal + uint32(i+1)*w.distance, ID: drawID(t), Name: w.maybe(t, "name").Text,
			Email: w.maybe(t, "email").Text, Phone: w.maybe(t, "phone").Text, Identifier: w.maybe(t, "identifier").Text,
		})
	}
	c.MoreEmails, c.MorePhones = w.more(t, c.Email, "email"), w.more(t, c.Phone, "phone")
	for _, text := range w.maybe(t, "identities").List {
		c.Identities = append(c.Identities, contacts.IdentityOf(text))
	}
	for _, name := range consentChannels {
		if v := w.maybe(t, contacts.ConsentPrefix+name); v.Text != "" && v.Text != contacts.ConsentUnknown.String() {
			c.Consents = append(c.Consents, contacts.Consent{Channel: fields.ChannelNamed(name), Status: statusOf(v.Text), At: c.CreatedAt})
		}
	}
	for _, name := range c.Reachable() {
		channel := fields.ChannelNamed(name)
		for rapid.IntRange(0, 3).Draw(t, "suppressed") == 0 {
			address, why := contacts.Reach(c, channel)
			if why != "" {
				break
			}
			c.Suppressed = append(c.Suppressed, contacts.Suppressed{Channel: channel, Address: address})
		}
	}
	if rapid.Bool().Draw(t, "deleted attribute") {
		c.Attributes = c.Attributes.With(deletedAttribute, fields.TextValue("gone"))
	}
	return c
}

// consentChannels are those about which contacts of a world have said something, and on which filters
// ask. On others it is the same.
var consentChannels = []string{"email", "sms"}

func statusOf(word string) contacts.ConsentStatus {
	if word == contacts.Subscribed.String() {
		return contacts.Subscribed
	}
	return contacts.Unsubscribed
}

// more draws addresses beside the primary one, none without that.
func (w *World) more(t *rapid.T, primary, name string) (list []contacts.Address) {
	if primary == "" {
		return nil
	}
	for range rapid.IntRange(0, 2).Draw(t, "more") {
		list = append(list, contacts.Address{Value: w.stored(t, name).Text, Shared: rapid.Bool().Draw(t, "shared")})
	}
	return list
}

// maybe draws a stored value of a field, missing one time in four.
func (w *World) maybe(t *rapid.T, name string) fields.Value {
	if rapid.IntRange(0, 3).Draw(t, "missing") == 0 {
		return fields.Value{}
	}
	return w.stored(t, name)
}

// stored draws a value of a field in the form in which it is stored.
func (w *World) stored(t *rapid.T, name string) fields.Value {
	f, _ := w.Schema.Field(name)
	v, fault := w.Schema.Coerce(f, w.pools.value(t, f))
	if fault != "" {
		t.Fatalf("a drawn value of %s %s", name, fault)
	}
	return v
}

func moment(v fields.Value) time.Time {
	if v.IsMissing() {
		return time.Time{}
	}
	return time.UnixMilli(v.Int).UTC()
}

func drawID(t *rapid.T) ledger.ID {
	var id uuid.UUID
	copy(id[:], rapid.SliceOfN(rapid.Byte(), len(id), len(id)).Draw(t, "id"))
	return id
}

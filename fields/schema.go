package fields

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// Entity names a kind of record: what a change is about, and what has an attribute.
type Entity string

// The entities of records.
const (
	EntityContact      Entity = "contact"
	EntityCompany      Entity = "company"
	EntityConversation Entity = "conversation"
	EntityMessage      Entity = "message"
	EntityNote         Entity = "note"
	EntityQuarantined  Entity = "quarantined" // a message that is kept aside

	EntityCampaignEvent Entity = "campaign_event" // what a campaign reported of a contact
	EntitySegmentEvent  Entity = "segment_event"  // that a contact entered a segment or left it
)

// AttributeType is the type of a custom attribute.
type AttributeType string

// The eight types of custom attributes.
const (
	AttributeText       AttributeType = "text"
	AttributeNumber     AttributeType = "number"
	AttributeCurrency   AttributeType = "currency"
	AttributePercentage AttributeType = "percentage"
	AttributeLink       AttributeType = "link"
	AttributeDate       AttributeType = "date"
	AttributeList       AttributeType = "list"
	AttributeCheckbox   AttributeType = "checkbox"
)

// AttributeDefinition describes one custom attribute. Definitions are
// immutable once they are part of a Schema.
type AttributeDefinition struct {
	// Number identifies the definition in records: given once, never reused,
	// so values of a deleted definition stay invisible under a new one.
	Number uint32 `json:"number"`
	// Entity is what has the attribute, "" for contacts (see Of). Attributes of two
	// entities may have one key.
	Entity      Entity `json:"entity,omitempty"`
	Key         string `json:"key"`
	Label       string `json:"label"`
	Description string `json:"description,omitempty"`
	// Group is a heading under which attributes are shown together.
	Group string `json:"group,omitempty"`
	// Order is the place in lists: lower ones come first, equal ones as they were made.
	Order int           `json:"order,omitempty"`
	Type  AttributeType `json:"type"`
	// Options are the choices of a list, unique by Canonical.
	Options []string `json:"options,omitempty"`
	// Former are the names that options had before they were renamed.
	Former []FormerOption `json:"former,omitempty"`
	// Multiple lets a list hold several options.
	Multiple bool `json:"multiple,omitempty"`
	// Currency is the ISO 4217 code of a currency attribute.
	Currency string `json:"currency,omitempty"`
	// ThreeState makes a checkbox missing until set, instead of false.
	ThreeState bool `json:"three_state,omitempty"`
	// Schemes are the URL schemes a link may have; http and https when empty.
	Schemes []string `json:"schemes,omitempty"`
	// Min and Max bound a number or percentage, both ends included.
	Min *float64 `json:"min,omitempty"`
	Max *float64 `json:"max,omitempty"`
	// Archived attributes are out of sight: not in lists, answers and files, and nothing
	// writes them. Their values stay, and filters find them.
	Archived bool `json:"archived,omitempty"`
	// Default is the value of new records that are sent without one, as JSON has it: nil
	// for none.
	Default any `json:"default,omitempty"`
	// Required says that new records must have a value, and that it cannot be emptied.
	Required bool `json:"required,omitempty"`
	// Unique says that no two records have one value. It is so once all records have their
	// claims, see Claiming.
	Unique bool `json:"unique,omitempty"`
	// Pattern is a regular expression that a text must match as a whole, and Cue what is
	// said to whoever sends one that does not.
	Pattern string `json:"pattern,omitempty"`
	Cue     string `json:"cue,omitempty"`

	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Version   uint64    `json:"version"`

	// choices and pattern are nil without options or a Pattern, and until the definition
	// is part of a Schema.
	choices *choices
	pattern *pattern
}

// FieldType is the type of a field in filters, facets and sorts. It decides
// which operators a field has and which kind of Value it holds.
type FieldType uint8

// The field types.
const (
	FieldText     FieldType = iota + 1 // compared by Canonical
	FieldLink                          // as text
	FieldEmail                         // compared by lower case
	FieldPhone                         // E.164; contains compares digits
	FieldID                            // compared exactly: identifier, id, company_id
	FieldOption                        // closed, single-valued: type, country, a list
	FieldMany                          // many-valued: labels, channels, a multiple list
	FieldNumber                        // number and percentage
	FieldCurrency                      // minor units
	FieldDate                          // a calendar day
	FieldInstant                       // a moment
	FieldCheckbox                      //
	FieldSegment                       // membership: in and not_in only
	FieldRelated                       // records that belong to this one: any, none and counts
	FieldBucket                        // the bucket of a draw, see Bucket; values are seeds
)

// HasValues reports whether records have values in fields of the type. Those of others are of
// filters alone: about the segments that a record is in, what belongs to it, or a draw.
func (t FieldType) HasValues() bool {
	return t != FieldSegment && t != FieldRelated && t != FieldBucket
}

// Field is one thing a contact can be filtered, sorted or faceted by.
type Field struct {
	Name string // as in filters: "email", "attributes.mrr"
	Type FieldType
	// Attribute is the definition of a custom attribute, nil for standard
	// fields.
	Attribute *AttributeDefinition
	// Standard is what the declaration of its kind says of a standard field, nil for
	// custom attributes.
	Standard *Standard

	Renaming *Renaming // of one of its options or labels, nil for none; see Present

	Changed *Field // the field that it says of when it changed, nil for all other fields
}

// AttributePrefix comes before the key of a custom attribute in field names.
const AttributePrefix = "attributes."

// Settings are those of the workspace.
type Settings struct {
	TimeZone    string `json:"time_zone"`    // IANA name
	Currency    string `json:"currency"`     // ISO 4217
	PhoneRegion string `json:"phone_region"` // ISO 3166 alpha-2, "" for none
	WeekStart   string `json:"week_start"`   // monday, sunday or saturday
	// AIPeoplePerHour is how many people one key of assistants may read within
	// an hour.
	AIPeoplePerHour int `json:"ai_people_per_hour"`
	// KeepHistory is for how long the history keeps values, like P2Y; "" is for ever.
	KeepHistory string `json:"keep_history,omitempty"`
	// ReopenWithin is for how long after it was resolved a message of the contact opens a
	// conversation again: a Span, "" for what Reopening says.
	ReopenWithin string `json:"reopen_within,omitempty"`
	// KeepSnapshots is what segments keep of their snapshots that do not say it themselves; the zero
	// value is DefaultKept.
	KeepSnapshots Keep `json:"keep_snapshots,omitzero"`
	// NoDomainLinks says that new contacts do not get the company that has the domain of
	// their e-mail.
	NoDomainLinks bool   `json:"no_domain_links,omitempty"`
	Version       uint64 `json:"version"`
}

// MaxAIPeoplePerHour is the most that AIPeoplePerHour can be: more than there
// are contacts, and so no limit.
const MaxAIPeoplePerHour = 1_000_000_000

// DefaultSettings are those of a new workspace.
func DefaultSettings() Settings {
	return Settings{TimeZone: "UTC", Currency: "USD", WeekStart: "monday", AIPeoplePerHour: 2_000}
}

// Schema is an immutable picture of the workspace: its settings and the
// definitions of its attributes. It is safe for concurrent use; two pointers
// are equal exactly when nothing of it changed between them.
type Schema struct {
	Settings Settings

	*Set                  // the fields of contacts
	sets  map[Entity]*Set // of all entities
	nouns []Noun
	size  int // of all definitions
	// renamings are those under way, by the key of their document
	renamings map[string]*Renaming
	claimings map[string]*Claiming // likewise
	zone      *time.Location
}

// NewSchema builds a schema of nouns and of definitions in
// order of Number. The definitions are kept and must not be changed afterwards. An
// unknown time zone is taken as UTC.
func NewSchema(nouns []Noun, settings Settings, definitions []*AttributeDefinition) *Schema {
	s := &Schema{Settings: settings, sets: make(map[Entity]*Set, len(nouns)), nouns: nouns, zone: zoneOf(settings)}
	for _, n := range nouns {
		s.sets[n.Entity] = newSet(n.Fields)
	}
	for _, a := range definitions {
		s.owned(a.Of()).learn(a)
		s.size += a.size()
	}
	s.Set = s.owned(EntityContact)
	return s
}

// owned returns the set of an entity, which it makes when there is none.
func (s *Schema) owned(e Entity) *Set {
	if s.sets[e] == nil {
		s.sets[e] = newSet(nil)
	}
	return s.sets[e]
}

// Of returns the fields of an entity. One that is not known has none.
func (s *Schema) Of(e Entity) *Set {
	if set := s.sets[e]; set != nil {
		return set
	}
	return &Set{}
}

func zoneOf(settings Settings) *time.Location {
	zone, err := time.LoadLocation(settings.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// WithSettings returns the schema with other settings.
func (s *Schema) WithSettings(settings Settings) *Schema {
	after := *s
	after.Settings, after.zone = settings, zoneOf(settings)
	return &after
}

// WithAttribute returns the schema with a definition more, or with one in
// place of that with its entity and key. The definition is kept and must not be changed
// afterwards. The others are shared, with all that was derived from them.
func (s *Schema) WithAttribute(a *AttributeDefinition) *Schema {
	after := s.WithoutAttribute(a.Of(), a.Key)
	after.owned(a.Of()).learn(a)
	after.size += a.size()
	return after
}

// WithoutAttribute returns the schema without the definition of a key. Its set of the
// entity is nobody else's.
func (s *Schema) WithoutAttribute(e Entity, key string) *Schema {
	after := *s
	after.sets = maps.Clone(s.sets)
	after.sets[e] = s.Of(e).clone()
	if gone := s.Of(e).Attribute(key); gone != nil {
		after.sets[e].forget(gone)
		after.size -= gone.size()
	}
	after.Set = after.sets[EntityContact]
	return &after
}

// Definition returns the definition that is kept under the key of a document, or nil.
func (s *Schema) Definition(document string) *AttributeDefinition {
	e, key := DefinitionOf(document)
	return s.Of(e).Attribute(key)
}

// DefinitionByNumber returns the definition of any entity with a number, or nil when it was
// deleted.
func (s *Schema) DefinitionByNumber(number uint32) *AttributeDefinition {
	for _, set := range s.sets {
		if a := set.numbers[number]; a != nil {
			return a
		}
	}
	return nil
}

// Definitions returns those of all entities, in the order they were made.
func (s *Schema) Definitions() []*AttributeDefinition {
	var all []*AttributeDefinition
	for _, set := range s.sets {
		all = append(all, set.attributes...)
	}
	slices.SortFunc(all, byNumber)
	return all
}

func TypeOf(a *AttributeDefinition) FieldType {
	switch a.Type {
	case AttributeNumber, AttributePercentage:
		return FieldNumber
	case AttributeCurrency:
		return FieldCurrency
	case AttributeLink:
		return FieldLink
	case AttributeDate:
		return FieldDate
	case AttributeCheckbox:
		return FieldCheckbox
	case AttributeList:
		if a.Multiple {
			return FieldMany
		}
		return FieldOption
	default:
		return FieldText
	}
}

// Zone is the time zone of the workspace.
func (s *Schema) Zone() *time.Location { return s.zone }

// WeekStart is the day with which a week of the workspace begins: Monday, if the settings name
// no other.
func (s *Schema) WeekStart() time.Weekday {
	switch s.Settings.WeekStart {
	case "sunday":
		return time.Sunday
	case "saturday":
		return time.Saturday
	}
	return time.Monday
}

// Set is the fields of the records of one entity: its standard fields and its custom
// attributes. It is immutable and safe for concurrent use.
type Set struct {
	attributes []*AttributeDefinition // in order of Number
	shown      []*AttributeDefinition // those that are not archived
	fields     map[string]Field
	numbers    map[uint32]*AttributeDefinition
	ruled      []*AttributeDefinition // those with a default or required, in order of Number
	renamings  map[string]*Renaming   // by the name of the field
	claimings  []*Claiming
	claimed    []ClaimedAttribute // those that are unique or in claimings
}

func newSet(standard []Field) *Set {
	s := &Set{fields: make(map[string]Field, len(standard)), numbers: map[uint32]*AttributeDefinition{}}
	for _, f := range standard {
		s.fields[f.Name] = f
	}
	return s
}

func (s *Set) clone() *Set {
	after := Set{attributes: slices.Clone(s.attributes), fields: maps.Clone(s.fields), numbers: maps.Clone(s.numbers), shown: slices.Clone(s.shown), ruled: slices.Clone(s.ruled), renamings: s.renamings, claimings: s.claimings, claimed: s.claimed}
	if after.fields == nil {
		after = *newSet(nil)
	}
	return &after
}

func byNumber(a, b *AttributeDefinition) int { return cmp.Compare(a.Number, b.Number) }

// learn makes a definition known by its key and number. It is for a set that nobody else
// has yet.
func (s *Set) learn(a *AttributeDefinition) {
	if a.choices == nil && len(a.Options) > 0 {
		a.choices = &choices{options: a.Options, former: a.Former}
	}
	if a.pattern == nil && a.Pattern != "" {
		a.pattern = &pattern{source: a.Pattern}
	}
	s.attributes = insert(s.attributes, a)
	if !a.Archived {
		s.shown = insert(s.shown, a)
	}
	if !a.Archived && (a.Required || a.Default != nil) {
		s.ruled = insert(s.ruled, a)
	}
	f := a.field()
	f.Renaming = s.renamings[f.Name]
	s.fields[f.Name] = f
	s.numbers[a.Number] = a
	s.learnClaims()
}

// insert puts a definition where it belongs by its number.
func insert(list []*AttributeDefinition, a *AttributeDefinition) []*AttributeDefinition {
	at, _ := slices.BinarySearchFunc(list, a, byNumber)
	return slices.Insert(list, at, a)
}

// forget removes a definition. It is for a set that nobody else has yet.
func (s *Set) forget(a *AttributeDefinition) {
	gone := func(b *AttributeDefinition) bool { return a == b }
	s.attributes = slices.DeleteFunc(s.attributes, gone)
	s.shown = slices.DeleteFunc(s.shown, gone)
	s.ruled = slices.DeleteFunc(s.ruled, gone)
	delete(s.fields, AttributePrefix+a.Key)
	delete(s.numbers, a.Number)
	s.learnClaims()
}

// Shown returns the definitions that are not archived, in the order they were made. The
// slice is shared.
func (s *Set) Shown() []*AttributeDefinition { return s.shown }

// Attributes returns all definitions in the order they were made. The slice
// is shared.
func (s *Set) Attributes() []*AttributeDefinition { return s.attributes }

// Attribute returns the definition with the given key, or nil.
func (s *Set) Attribute(key string) *AttributeDefinition {
	return s.fields[AttributePrefix+key].Attribute
}

// AttributeByNumber returns the definition with the given number, or nil when
// it was deleted.
func (s *Set) AttributeByNumber(number uint32) *AttributeDefinition {
	return s.numbers[number]
}

// Field returns the field with the given name.
func (s *Set) Field(name string) (Field, bool) {
	f, ok := s.fields[name]
	return f, ok
}

// Of is the entity that has the attribute.
func (a *AttributeDefinition) Of() Entity { return cmp.Or(a.Entity, EntityContact) }

// Document is the key of the document that keeps the definition: the attribute's key, for
// contacts as it is, for others behind the entity and a slash, which is in no key.
func (a *AttributeDefinition) Document() string { return DefinitionDocument(a.Of(), a.Key) }

// DefinitionDocument is the key of the document that keeps a definition.
func DefinitionDocument(e Entity, key string) string {
	if e == EntityContact {
		return key
	}
	return string(e) + "/" + key
}

// DefinitionOf takes the key of a document that keeps a definition apart.
func DefinitionOf(document string) (Entity, string) {
	if entity, key, found := strings.Cut(document, "/"); found {
		return Entity(entity), key
	}
	return EntityContact, document
}

// Among returns the value of the field, a custom attribute, among those of a record. A
// checkbox that is not three-state is false until set.
func (f Field) Among(attributes Attributes) Value {
	v := f.Present(attributes.Get(f.Attribute.Number))
	if v.IsMissing() && f.Type == FieldCheckbox && !f.Attribute.ThreeState {
		return BoolValue(false)
	}
	return v
}

// IsAttribute reports whether a field is a custom attribute of the record itself, by its name.
func IsAttribute(name string) bool { return strings.HasPrefix(name, AttributePrefix) }

package contacts

import (
	"cmp"
	"maps"
	"slices"
	"time"
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
	Number      uint32        `json:"number"`
	Key         string        `json:"key"`
	Label       string        `json:"label"`
	Description string        `json:"description,omitempty"`
	Type        AttributeType `json:"type"`
	// Options are the choices of a list, unique by Canonical.
	Options []string `json:"options,omitempty"`
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

	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Version   uint64    `json:"version"`

	// choices is nil without options and until the definition is part of a
	// Schema.
	choices *choices
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
)

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
	Version     uint64 `json:"version"`
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

	attributes []*AttributeDefinition // in order of Number
	fields     map[string]Field
	numbers    map[uint32]*AttributeDefinition
	size       int // of all definitions
	zone       *time.Location
}

// SchemaOf builds a schema of the standard fields of a kind and of definitions in
// order of Number. The definitions are kept and must not be changed afterwards. An
// unknown time zone is taken as UTC.
func SchemaOf(standard []Field, settings Settings, attributes []*AttributeDefinition) *Schema {
	s := &Schema{
		Settings:   settings,
		attributes: attributes,
		fields:     make(map[string]Field, len(standard)+len(attributes)),
		numbers:    make(map[uint32]*AttributeDefinition, len(attributes)),
		zone:       zoneOf(settings),
	}
	for _, f := range standard {
		s.fields[f.Name] = f
	}
	for _, a := range attributes {
		s.learn(a)
	}
	return s
}

func zoneOf(settings Settings) *time.Location {
	zone, err := time.LoadLocation(settings.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// learn makes a definition known by its key and number.
func (s *Schema) learn(a *AttributeDefinition) {
	if a.choices == nil && len(a.Options) > 0 {
		a.choices = &choices{options: a.Options}
	}
	name := AttributePrefix + a.Key
	s.fields[name] = Field{Name: name, Type: fieldType(a), Attribute: a}
	s.numbers[a.Number] = a
	s.size += a.size()
}

// WithSettings returns the schema with other settings.
func (s *Schema) WithSettings(settings Settings) *Schema {
	after := *s
	after.Settings, after.zone = settings, zoneOf(settings)
	return &after
}

// WithAttribute returns the schema with a definition more, or with one in
// place of that with its key. The definition is kept and must not be changed
// afterwards. The others are shared, with all that was derived from them.
func (s *Schema) WithAttribute(a *AttributeDefinition) *Schema {
	after := s.WithoutAttribute(a.Key)
	at, _ := slices.BinarySearchFunc(after.attributes, a.Number, func(b *AttributeDefinition, number uint32) int {
		return cmp.Compare(b.Number, number)
	})
	after.attributes = slices.Insert(after.attributes, at, a)
	after.learn(a)
	return after
}

// WithoutAttribute returns the schema without the definition of a key.
func (s *Schema) WithoutAttribute(key string) *Schema {
	after := *s
	after.attributes = slices.Clone(s.attributes)
	after.fields, after.numbers = maps.Clone(s.fields), maps.Clone(s.numbers)
	if gone := s.Attribute(key); gone != nil {
		after.attributes = slices.DeleteFunc(after.attributes, func(a *AttributeDefinition) bool { return a == gone })
		delete(after.fields, AttributePrefix+key)
		delete(after.numbers, gone.Number)
		after.size -= gone.size()
	}
	return &after
}

func fieldType(a *AttributeDefinition) FieldType {
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

// Attributes returns the definitions in the order they were made. The slice
// is shared.
func (s *Schema) Attributes() []*AttributeDefinition { return s.attributes }

// Attribute returns the definition with the given key, or nil.
func (s *Schema) Attribute(key string) *AttributeDefinition {
	return s.fields[AttributePrefix+key].Attribute
}

// AttributeByNumber returns the definition with the given number, or nil when
// it was deleted.
func (s *Schema) AttributeByNumber(number uint32) *AttributeDefinition {
	return s.numbers[number]
}

// Field returns the field with the given name.
func (s *Schema) Field(name string) (Field, bool) {
	f, ok := s.fields[name]
	return f, ok
}

// Zone is the time zone of the workspace.
func (s *Schema) Zone() *time.Location { return s.zone }

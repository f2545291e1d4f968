package fields

import (
	"maps"
	"strconv"
	"strings"

	"github.com/ndoto/kundi/words"
)

// Claiming is a sweep over the records of an entity that takes the claims on the values of
// an attribute which is to be unique, or gives up those of one that is not unique any more.
type Claiming struct {
	Number uint32 `json:"number"` // of the attribute, whose definition may be gone
	Entity Entity `json:"entity"`
	Taking bool   `json:"taking"` // or else giving up
}

// ClaimedAttribute is an attribute on whose values records have claims.
type ClaimedAttribute struct {
	Number uint32
	Takes  bool // what is written takes the claim on its value
	Sure   bool // every record with a value has the claim on it
}

// ClaimedForm is the form in which the value of an attribute is unique, with the number of
// the attribute before it; "" for a missing value. Texts and links are unique by Canonical.
func ClaimedForm(number uint32, v Value) string {
	form := ""
	switch v.Kind {
	case KindText:
		if form = words.Canonical(v.Text); form == "" {
			form = v.Text
		}
	case KindNumber:
		form = strconv.FormatFloat(v.Float, 'g', -1, 64)
	case KindInt:
		form = strconv.FormatInt(v.Int, 10)
	default:
		return ""
	}
	return strconv.FormatUint(uint64(number), 10) + ":" + form
}

// NumberClaimed is the number of the attribute in a ClaimedForm, 0 when it is none.
func NumberClaimed(form string) uint32 {
	number, _, _ := strings.Cut(form, ":")
	n, _ := strconv.ParseUint(number, 10, 32)
	return uint32(n)
}

// checkUnique checks that the values of an attribute can be told apart.
func (r *definitionReader) checkUnique() {
	if r.a.Unique && r.schema != nil && r.schema.noun(r.a.Of()).Unclaimed {
		r.fault("unique", "must be absent from an attribute of "+r.schema.Plural(r.a.Of())+": several of them may have one value")
		return
	}
	r.checkOnly("unique", r.a.Unique, AttributeText, AttributeNumber, AttributeCurrency, AttributePercentage, AttributeLink, AttributeDate)
}

// checkUniqueDefault refuses a default that only one record could have.
func (r *definitionReader) checkUniqueDefault() {
	if r.a.Unique && r.a.Default != nil {
		r.fault("default", "must be absent from a unique attribute: only one record could have it")
	}
}

// Claimed are the attributes on whose values records have claims, in no order.
func (s *Set) Claimed() []ClaimedAttribute { return s.claimed }

// learnClaims notes which attributes are claimed. It is for a set that nobody else has yet.
func (s *Set) learnClaims() {
	s.claimed = nil
	for _, a := range s.attributes {
		if a.Unique {
			s.claimed = append(s.claimed, ClaimedAttribute{a.Number, true, true})
		}
	}
	for _, c := range s.claimings {
		if a := s.numbers[c.Number]; a == nil || !a.Unique {
			s.claimed = append(s.claimed, ClaimedAttribute{c.Number, c.Taking, false})
		}
	}
}

// WithClaiming returns the schema with a sweep of claims under way, which is kept under the
// key of a document; nil for one that is over.
func (s *Schema) WithClaiming(document string, c *Claiming) *Schema {
	before := s.claimings[document]
	if before == nil && c == nil || before != nil && c != nil && *before == *c {
		return s
	}
	after := *s
	after.claimings, after.sets = maps.Clone(s.claimings), maps.Clone(s.sets)
	if after.claimings == nil {
		after.claimings = map[string]*Claiming{}
	}
	delete(after.claimings, document)
	if c != nil {
		after.claimings[document] = c
	}
	for entity, set := range s.sets {
		fresh := set.clone()
		fresh.claimings = nil
		for _, c := range after.claimings {
			if c.Entity == entity {
				fresh.claimings = append(fresh.claimings, c)
			}
		}
		fresh.learnClaims()
		after.sets[entity] = fresh
	}
	after.Set = after.sets[EntityContact]
	return &after
}

package contacts

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// read turns the texts of a row that only files write into what the domain
// takes. Members that cannot be read are left out of the draft it returns, and
// are its faults.
func (rules *FileRules) read(s *fields.Schema, d fields.Draft) (fields.Draft, []fault.Fault) {
	r := cellReader{rules: rules, schema: s, draft: maps.Clone(d)}
	r.standard("id", wholeIdentifier)
	r.standard("identifier", wholeIdentifier)
	country := r.country()
	r.standard("phone", func(text string) (string, string) { return r.phone(text, country) })
	r.standard("type", func(text string) (string, string) { return strings.ToLower(text), "" })
	r.addresses(country)
	r.channels()
	r.identities()
	r.consents()
	r.standard("created_at", r.instant)
	r.standard("last_seen_at", r.instant)
	r.attributes()
	return r.draft, r.faults
}

// cellReader reads the cells of one row.
type cellReader struct {
	rules  *FileRules
	schema *fields.Schema
	draft  fields.Draft // its own
	faults []fault.Fault
}

// standard reads the text of a standard field, if it has one.
func (r *cellReader) standard(name string, read func(string) (text, fault string)) {
	raw, ok := r.draft[name].(string)
	if !ok || fields.Blank(raw) {
		return
	}
	text, wrong := read(strings.TrimSpace(raw))
	if wrong != "" {
		r.faults = append(r.faults, fault.Fault{Path: name, Detail: wrong})
		delete(r.draft, name)
		return
	}
	r.draft[name] = text
}

// country reads the country of the row and returns its code, "" for none.
func (r *cellReader) country() string {
	r.standard("country", func(text string) (string, string) {
		code, ok := fields.CountryNamed(text)
		if !ok {
			return "", "must be a country: its name in English, or its ISO 3166 code like KE or KEN"
		}
		return code, ""
	})
	code, _ := r.draft["country"].(string)
	return code
}

// shortened is a number as a spreadsheet shows one that is too long for it.
var shortened = regexp.MustCompile(`^[+-]?\d+([.,]\d+)?[eE]\+?\d+$`)

// shortenedID is such a number as it is written for sure: identifiers of other
// programs may have an E in them, too.
var shortenedID = regexp.MustCompile(`^\d([.,]\d+)?E\+\d\d+$`)

const isShortened = "was shortened by a spreadsheet to a form like 2.5E+11, and its last digits are lost: " +
	"take it from where it came from, in a column that is formatted as text"

// wholeIdentifier refuses what is left of many identifiers, for their rows would
// all be of one contact.
func wholeIdentifier(text string) (string, string) {
	if shortenedID.MatchString(text) {
		return "", isShortened
	}
	return text, ""
}

// phone reads a number without country code in the country of the row, or else
// in the region of the file, where it is a number that exists.
func (r *cellReader) phone(text, country string) (string, string) {
	if strings.HasPrefix(text, "+") && !strings.ContainsAny(text, "eE") {
		return text, "" // the usual case; the domain reads it
	}
	if shortened.MatchString(text) {
		return "", isShortened
	}
	usual := r.rules.PhoneRegion
	if usual == "" {
		usual = r.schema.Settings.PhoneRegion
	}
	possible := ""
	for _, region := range []string{country, usual} {
		v, fault := fields.CoercePhone(text, region)
		switch {
		case region == "" || fault != "":
		case fields.IsAssigned(v.Text):
			return v.Text, ""
		case possible == "":
			possible = v.Text
		}
	}
	return cmp.Or(possible, text), ""
}

// channels reads the names of channels in any case, with blanks and hyphens.
func (r *cellReader) channels() {
	list, ok := r.draft["channels"].([]any)
	if !ok {
		return
	}
	list = slices.Clone(list)
	for i, member := range list {
		if text, ok := member.(string); ok {
			list[i] = channelNamed(text)
		}
	}
	r.draft["channels"] = list
}

// identities reads those of a cell, each as channel:source_id.
func (r *cellReader) identities() {
	list, ok := r.draft["identities"].([]any)
	if !ok {
		return
	}
	list = slices.Clone(list)
	for i, member := range list {
		if text, ok := member.(string); ok {
			channel, source, _ := strings.Cut(text, ":")
			list[i] = map[string]any{"channel": channelNamed(channel), "source_id": source}
		}
	}
	r.draft["identities"] = list
}

// punctuation is what names of channels are written with or without.
var punctuation = strings.NewReplacer(" ", "", "-", "", "_", "")

// channelNamed reads one, also under the name that it had before.
func channelNamed(text string) string {
	if slices.Contains(fields.Channels, text) {
		return text
	}
	text = PresentChannel(strings.ToLower(strings.TrimSpace(text)))
	bare := punctuation.Replace(text)
	for _, channel := range fields.Channels {
		if punctuation.Replace(channel) == bare {
			return channel
		}
	}
	return text
}

// attributes reads the days among the custom attributes.
func (r *cellReader) attributes() {
	object, ok := r.draft["attributes"].(map[string]any)
	if !ok {
		return
	}
	own := false
	for _, a := range r.schema.Attributes() {
		text, isText := object[a.Key].(string)
		if a.Type != fields.AttributeDate || !isText || fields.Blank(text) {
			continue
		}
		if !own {
			object, own = maps.Clone(object), true
			r.draft["attributes"] = object
		}
		day, wrong := r.day(strings.TrimSpace(text))
		if wrong != "" {
			r.faults = append(r.faults, fault.Fault{Path: fields.AttributePrefix + a.Key, Detail: wrong})
			delete(object, a.Key)
			continue
		}
		object[a.Key] = day
	}
}

// remove takes the member at the path of a fault out of a draft, whose maps are
// the caller's.
func remove(d fields.Draft, path string) {
	if key, ok := strings.CutPrefix(path, fields.AttributePrefix); ok {
		if attributes, ok := d["attributes"].(map[string]any); ok {
			delete(attributes, key)
		}
		return
	}
	if channel, ok := strings.CutPrefix(path, ConsentPrefix); ok {
		if said, ok := d[consentMember].(map[string]any); ok {
			delete(said, channel)
		}
		return
	}
	name, _, _ := strings.Cut(path, ".")
	name, _, _ = strings.Cut(name, "[")
	delete(d, name)
}

package app

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
)

// changedRig are contacts of whom filters ask when their fields changed.
type changedRig struct {
	caller
	people map[string]bool   // ids of those who are there
	drafts map[string]object // what they were made of, by id
}

// notTold are fields in which contacts show what follows from others, too. What they had from the
// beginning themselves is known from what they were made of.
var notTold = []string{"company_id", "channels", "last_seen_at"}

// changedAt is when a field of a contact changed, as its history and its making say; "" for never.
func (r *changedRig) changedAt(id, field string) string {
	r.t.Helper()
	entries := func(members ...string) []any {
		return r.call("GET", query("/v1/contacts/"+id+"/history", append(members, "limit", "1000")...), nil, 200)["entries"].([]any)
	}
	if list := entries("field", field); len(list) > 0 {
		return list[0].(object)["at"].(string)
	}
	value := r.drafts[id][field]
	if !slices.Contains(notTold, field) {
		value = valueIn(r.call("GET", "/v1/contacts/"+id, nil, 200), field)
	}
	if list, several := value.([]any); value == nil || several && len(list) == 0 {
		return ""
	}
	all := entries()
	return all[len(all)-1].(object)["at"].(string)
}

// passing are the ids of those who pass a rule.
func (r *changedRig) passing(rule object) map[string]bool {
	r.t.Helper()
	text, err := json.Marshal(object{"combinator": "and", "rules": []any{rule}})
	require.NoError(r.t, err)
	ids := map[string]bool{}
	for _, one := range r.call("GET", query("/v1/contacts", "filter", string(text), "limit", "1000"), nil, 200)["contacts"].([]any) {
		ids[one.(object)["id"].(string)] = true
	}
	return ids
}

// requireTimes holds filters on when a field changed to the histories of all contacts.
func (r *changedRig) requireTimes(fields ...string) {
	r.t.Helper()
	for _, field := range fields {
		never := r.passing(object{"field": "changed." + field, "operator": "not_exists"})
		for id := range r.people {
			at := r.changedAt(id, field)
			require.Equal(r.t, at == "", never[id], "%s of %s", field, id)
			if at != "" {
				require.True(r.t, r.passing(object{"field": "changed." + field, "operator": "eq", "value": at})[id], "%s of %s at %s", field, id, at)
			}
		}
	}
}

func (r *changedRig) create(draft object) string {
	r.t.Helper()
	id := r.call("POST", "/v1/contacts", draft, 201)["id"].(string)
	r.people[id], r.drafts[id] = true, draft
	return id
}

// TestWhenFieldsChanged: filters know when a field changed for the last time, from before it was first
// asked and from after that, through merges and their undo, and after a restart.
func TestWhenFieldsChanged(t *testing.T) {
	rig := newFieldsRig(t)
	r := &changedRig{rig.in(t), map[string]bool{}, map[string]object{}}
	r.call("POST", "/v1/attributes", object{"key": "plan", "label": "Plan", "type": "text"}, 201)
	all := []string{"city", "name", "labels", "company_id", "attributes.plan"}

	early := r.create(object{"name": "Early", "city": "Embu", "created_at": "2020-01-01T00:00:00Z", "attributes": object{"plan": "gold"}})
	bare := r.create(object{"name": "Bare"})
	r.call("PATCH", "/v1/contacts/"+early, object{"city": "Meru"}, 200)
	r.call("PATCH", "/v1/contacts/"+bare, object{"labels": []string{"vip"}, "company_id": r.links[0]}, 200)
	r.requireTimes(all...)

	late := r.create(object{"name": "Late", "city": "Thika", "labels": []string{"new"}})
	r.call("PATCH", "/v1/contacts/"+bare, object{"city": "Kisumu", "attributes": object{"plan": "tin"}}, 200)
	r.call("PATCH", "/v1/contacts/"+early, object{"city": nil, "attributes": object{"plan": nil}}, 200)
	r.requireTimes(all...)
	require.False(t, r.passing(object{"field": "changed.city", "operator": "before", "value": "2021-01-01"})[early], "what a contact says of its making does not count")

	merged := r.call("POST", "/v1/contacts/"+early+"/merge", object{"contact_id": late}, 200)
	delete(r.people, late)
	r.requireTimes(all...)
	r.call("POST", "/v1/merges/"+merged["absorbed"].([]any)[0].(object)["merge_id"].(string)+"/undo", nil, 200)
	r.people[late] = true
	r.requireTimes(all...)

	r.call("DELETE", "/v1/contacts/"+bare, nil, 204)
	delete(r.people, bare)
	r.requireTimes(all...)
	folder := rig.config.Data
	require.NoError(t, rig.Close(t.Context()))
	rig.open(folder)
	r.requireTimes(all...)
}

// TestExplanationsOfWhatNoRecordHolds: an explanation says when a field changed, and which bucket was
// drawn, and so whether a contact is a member.
func TestExplanationsOfWhatNoRecordHolds(t *testing.T) {
	rig := newFieldsRig(t)
	r := &changedRig{rig.in(t), map[string]bool{}, map[string]object{}}
	moved, never := r.create(object{"name": "Moved", "city": "Embu"}), r.create(object{"name": "Never"})
	r.call("PATCH", "/v1/contacts/"+moved, object{"city": "Meru"}, 200)
	id, err := uuid.Parse(moved)
	require.NoError(t, err)
	bucket := fields.Bucket(id, "autumn")
	segment := r.call("POST", "/v1/segments", object{"name": "Drawn", "filter": object{"combinator": "and", "rules": []any{
		object{"field": "changed.city", "operator": "exists"},
		object{"field": "random_bucket", "operator": "gte", "value": bucket, "salt": "autumn"},
	}}}, 201)["id"].(string)
	explained := func(contact string) object {
		return r.call("GET", "/v1/segments/"+segment+"/explain?contact="+contact, nil, 200)
	}
	member := explained(moved)
	require.Equal(t, true, member["member"])
	require.Equal(t, r.changedAt(moved, "city"), member["rules"].([]any)[0].(object)["value"])
	require.EqualValues(t, bucket, member["rules"].([]any)[1].(object)["value"])
	other := explained(never)
	require.Equal(t, false, other["member"])
	require.Equal(t, false, other["rules"].([]any)[0].(object)["matches"])
	require.Nil(t, other["rules"].([]any)[0].(object)["value"])
}

// TestSegmentsAskOfFewFieldsWhenTheyChanged: all segments together ask of at most 16 fields, a filter
// likewise, and only filters ask.
func TestSegmentsAskOfFewFieldsWhenTheyChanged(t *testing.T) {
	rig := newFieldsRig(t)
	r := rig.in(t)
	changed := func(key string) object {
		return object{"field": "changed.attributes." + key, "operator": "within_last", "value": "P1D"}
	}
	var rules []any
	for i := range 17 {
		key := fmt.Sprint("k", i)
		r.call("POST", "/v1/attributes", object{"key": key, "label": key, "type": "text"}, 201)
		rules = append(rules, changed(key))
	}
	id := r.call("POST", "/v1/contacts", object{"name": "Ana", "attributes": object{"k0": "x", "k16": "x"}}, 201)["id"]
	group := func(rules ...any) object { return object{"combinator": "and", "rules": rules} }
	problem := r.call("POST", "/v1/contacts/count", object{"filter": group(rules...)}, 422)
	require.Contains(t, fmt.Sprint(problem["errors"]), "at most 16 fields")

	first := r.call("POST", "/v1/segments", object{"name": "Sixteen", "filter": group(rules[:16]...)}, 201)["id"].(string)
	r.call("POST", "/v1/segments", object{"name": "The same", "filter": group(rules[3])}, 201)
	problem = r.call("POST", "/v1/segments", object{"name": "Another", "filter": group(rules[16])}, 422)
	require.Contains(t, fmt.Sprint(problem["errors"]), "all segments together")
	require.EqualValues(t, 1, r.call("POST", "/v1/contacts/count", object{"filter": group(rules[16])}, 200)["count"], "a filter alone may ask")
	require.EqualValues(t, 1, r.call("POST", "/v1/contacts/count", object{"filter": group(rules[0])}, 200)["count"])
	r.call("DELETE", "/v1/attributes/k15", nil, 409)
	r.call("PATCH", "/v1/segments/"+first, object{"filter": group(rules[0])}, 200)
	r.call("POST", "/v1/segments", object{"name": "Another", "filter": group(rules[16])}, 201)

	printed := r.call("POST", "/v1/filters/print", object{"filter": group(rules[0])}, 200)
	require.Equal(t, "Last change of k0 is within the last day", printed["reading"])
	require.Equal(t, group(rules[0]), r.call("POST", "/v1/filters/parse", object{"cel": printed["cel"]}, 200)["filter"])

	for _, body := range []object{{"facets": []any{"changed.city"}}, {"filter": group(object{"field": "changed.id", "operator": "exists"})}, {"filter": group(object{"field": "changed.company.city", "operator": "exists"})}} {
		r.call("POST", "/v1/contacts/count", body, 422)
	}
	r.call("GET", "/v1/contacts?sort=changed.city", nil, 422)
	require.NotEmpty(t, id)
}

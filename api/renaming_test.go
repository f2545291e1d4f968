package api

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/workspace"
)

// sweep gives records the new names of what was renamed.
func (h *harness) sweep() {
	h.t.Helper()
	require.NoError(h.t, h.server.attributes.(*workspace.Service).SweepRenamings(h.t.Context()))
}

// TestAnOptionOfTheOtherEntityIsTold to somebody who names the wrong one.
func TestAnOptionOfTheOtherEntityIsTold(t *testing.T) {
	h := newHarness(t)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "tier", "type": "list", "options": []any{"Free"}}), 201)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "tier", "type": "list", "options": []any{"Pro"}, "entity": "company"}), 201)
	p := h.call("POST", "/v1/attributes/tier/rename-option?entity=contact", object{"from": "pro", "to": "x"}).problem(422, "invalid-attribute")
	require.Equal(t, "must be one of the options of the attribute; that of companies has it: ask with entity=company", p.Errors[0].Detail)
}

// TestALabelOfASegmentAloneIsRenamed: its filter is what has it.
func TestALabelOfASegmentAloneIsRenamed(t *testing.T) {
	h := newHarness(t)
	rule := object{"field": "labels", "operator": "any_of", "value": []any{"Gold"}}
	ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "s", "filter": object{"combinator": "and", "rules": []any{rule}}}), 201)
	ok[labelRenaming](h.call("POST", "/v1/labels/rename", object{"from": "gold", "to": "silver"}), 200)
}

// TestARenamedOptionIsExactAtOnce: from the answer on, and before any record has the new
// name, everything answers as if all had it.
func TestARenamedOptionIsExactAtOnce(t *testing.T) {
	h := newHarness(t)
	for _, more := range []object{{"key": "tier", "type": "list"}, {"key": "tags", "type": "list", "multiple": true}} {
		for _, entity := range []string{"contact", "company"} {
			more["options"], more["entity"] = []any{"Free", "Pro", "Max"}, entity
			ok[attributeBody](h.call("POST", "/v1/attributes", more), 201)
		}
	}
	co, _ := ok[object](h.call("POST", "/v1/companies", object{"name": "Acme", "attributes": object{"tier": "Pro", "tags": []any{"Pro", "Free"}}}), 201)
	first, _ := ok[contactBody](h.call("POST", "/v1/contacts", object{"name": "Ada", "company_id": co["id"], "attributes": object{"tier": "Pro", "tags": []any{"Max", "Pro"}}}), 201)
	ok[contactBody](h.call("POST", "/v1/contacts", object{"name": "Ben", "attributes": object{"tier": "Free"}}), 201)
	ok[contactBody](h.call("POST", "/v1/contacts", object{"name": "Cem", "attributes": object{"tier": "Max"}}), 201)
	rule := func(field, operator string, value any) object {
		return object{"combinator": "and", "rules": []any{object{"field": field, "operator": operator, "value": value}}}
	}
	segment, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "pros", "filter": rule("attributes.tier", "eq", "pro")}), 201)
	everyone, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "everyone"}), 201)
	for _, key := range []string{"tier", "tags"} {
		for _, entity := range []string{"contact", "company"} {
			a, _ := ok[attributeBody](h.call("POST", "/v1/attributes/"+key+"/rename-option?entity="+entity, object{"from": "Pro", "to": "Zenith"}), 200)
			require.Equal(t, []string{"Free", "Zenith", "Max"}, a.Options)
		}
	}

	exact := func(when string) {
		for _, name := range []string{"Pro", "zenith"} {
			for path, f := range map[string]object{
				"contacts":  rule("attributes.tier", "eq", name),
				"companies": rule("attributes.tags", "any_of", []any{name}),
			} {
				n, _ := ok[object](h.call("POST", "/v1/"+path+"/count", object{"filter": f}), 200)
				require.EqualValues(t, 1, n["count"], "%s: %s of %s", when, name, path)
			}
			n, _ := ok[object](h.call("POST", "/v1/contacts/count", object{"filter": rule("company.attributes.tier", "in", []any{name})}), 200)
			require.EqualValues(t, 1, n["count"], when)
		}
		found, _ := ok[object](h.call("POST", "/v1/contacts/search", object{"sort": "-attributes.tier", "facets": []any{"attributes.tier", "attributes.tags"}}), 200)
		var names []string
		for _, hit := range found["hits"].([]any) {
			names = append(names, hit.(map[string]any)["contact"].(map[string]any)["name"].(string))
		}
		require.Equal(t, []string{"Cem", "Ada", "Ben"}, names, "%s: options sort by their places", when)
		for _, facet := range []string{"attributes.tier", "attributes.tags"} {
			require.Contains(t, found["facets"].(map[string]any)[facet].(map[string]any)["values"], map[string]any{"value": "Zenith", "count": 1.0}, when)
		}
		got, _ := ok[contactBody](h.call("GET", "/v1/contacts/"+first.ID), 200)
		require.Equal(t, map[string]any{"tier": "Zenith", "tags": []any{"Max", "Zenith"}}, got.Attributes, when)
		company, _ := ok[object](h.call("GET", "/v1/companies/"+co["id"].(string)), 200)
		require.Equal(t, map[string]any{"tier": "Zenith", "tags": []any{"Zenith", "Free"}}, company["attributes"], when)
		members, _ := ok[object](h.call("GET", "/v1/segments/"+segment.ID+"/members"), 200)
		require.Len(t, members["contacts"], 1, when)
		csv := h.call("GET", "/v1/segments/"+everyone.ID+"/members?fields=attributes.tier,attributes.tags").with("Accept", "text/csv").do().Body.String()
		require.Equal(t, 2, strings.Count(csv, "Zenith"), "%s: %s", when, csv)
		require.NotContains(t, csv, "Pro", when)
	}
	exact("before the sweep")
	a, _ := ok[attributeBody](h.call("GET", "/v1/attributes/tier"), 200)
	require.Equal(t, &renamingBody{From: "Pro", To: "Zenith", Done: 0, Total: 3}, a.Renaming)
	h.call("POST", "/v1/attributes/tier/rename-option?entity=contact", object{"from": "Max", "to": "Most"}).problem(409, "attribute-changing")
	h.sweep()
	exact("after the sweep")
	a, _ = ok[attributeBody](h.call("GET", "/v1/attributes/tier"), 200)
	require.Nil(t, a.Renaming)
	h.verified()
}

// TestRenameOptionOfConversations: conversations and filters on them have the new name at once.
func TestRenameOptionOfConversations(t *testing.T) {
	h := newHarness(t)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "topic", "type": "list", "options": []any{"Money", "Else"}, "entity": "conversation"}), 201)
	got, _ := ok[receivedBody](h.call("POST", "/v1/conversations", object{"channel": "sms", "sender": object{"source_id": "1"}, "message": object{"text": "hi"}}), 201)
	path := "/v1/conversations/" + got.Conversation.ID
	ok[conversationBody](h.call("PATCH", path, object{"attributes": object{"topic": "money"}}), 200)
	rule := object{"combinator": "and", "rules": []any{object{"field": "attributes.topic", "operator": "eq", "value": "Money"}}}
	related := object{"combinator": "and", "rules": []any{object{"field": "conversations", "operator": "any", "where": rule}}}
	segment, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "payers", "filter": related}), 201)

	a, _ := ok[attributeBody](h.call("POST", "/v1/attributes/topic/rename-option?entity=conversation", object{"from": "Money", "to": "Billing"}), 200)
	require.Equal(t, []string{"Billing", "Else"}, a.Options)
	exact := func(when string) {
		c, _ := ok[conversationBody](h.call("GET", path), 200)
		require.Equal(t, map[string]any{"topic": "Billing"}, c.Attributes, when)
		n, _ := ok[object](h.call("POST", "/v1/conversations/count", object{"filter": rule, "facets": []any{"attributes.topic"}}), 200)
		require.EqualValues(t, 1, n["count"], when)
		require.Contains(t, n["facets"].(map[string]any)["attributes.topic"].(map[string]any)["values"], map[string]any{"value": "Billing", "count": 1.0}, when)
		members, _ := ok[object](h.call("GET", "/v1/segments/"+segment.ID+"/members"), 200)
		require.Len(t, members["contacts"], 1, when)
	}
	exact("before the sweep")
	h.sweep()
	exact("after the sweep")
	h.verified()
}

// verified compares the columns with the records.
func (h *harness) verified() {
	h.t.Helper()
	found, err := h.server.index.(*index.Index).Verify(h.t.Context(), nil)
	require.NoError(h.t, err)
	require.Empty(h.t, found)
	found, err = h.store.Verify(h.t.Context(), nil)
	require.NoError(h.t, err)
	require.Empty(h.t, found)
}

// TestRenameLabel: contacts, companies and segments have the new name of a label at once.
func TestRenameLabel(t *testing.T) {
	h := newHarness(t)
	ok[object](h.call("POST", "/v1/companies", object{"name": "Acme", "labels": []any{"VIP", "gold"}}), 201)
	ada, _ := ok[contactBody](h.call("POST", "/v1/contacts", object{"name": "Ada", "company": "Acme", "labels": []any{"new", "Vip", "Key"}}), 201)
	ben, _ := ok[contactBody](h.call("POST", "/v1/contacts", object{"name": "Ben", "labels": []any{"vip"}}), 201)
	label := func(field, name string) object {
		return object{"combinator": "and", "rules": []any{object{"combinator": "or", "rules": []any{object{"field": field, "operator": "any_of", "value": []any{"x", name}}}}}}
	}
	own, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "own", "filter": label("labels", "vip")}), 201)
	far, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "far", "filter": label("company.labels", "VIP")}), 201)
	nested, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "nested", "filter": object{"combinator": "and", "rules": []any{object{"field": "segment", "operator": "in", "value": []any{own.ID}}}}}), 201)
	other, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "other", "filter": label("labels", "gold")}), 201)

	h.call("POST", "/v1/labels/rename", object{"from": " ", "to": strings.Repeat("x", 101)}).problem(422, "invalid-label")
	nobody := h.call("POST", "/v1/labels/rename", object{"from": "vpi", "to": "key"}).problem(422, "invalid-label")
	require.Equal(t, []string{"from"}, locations(nobody))
	renamed, _ := ok[labelRenaming](h.call("POST", "/v1/labels/rename", object{"from": "vip", "to": "key"}), 200)
	require.Equal(t, &renamingBody{From: "vip", To: "key", Total: 3}, renamed.Renaming)
	h.call("POST", "/v1/labels/rename", object{"from": "gold", "to": "silver"}).problem(409, "labels-changing")

	exact := func(when string, names ...string) {
		for _, name := range names {
			n, _ := ok[object](h.call("POST", "/v1/contacts/count", object{"filter": label("labels", name)}), 200)
			require.EqualValues(t, 2, n["count"], "%s: %s", when, name)
			n, _ = ok[object](h.call("POST", "/v1/companies/count", object{"filter": label("labels", name)}), 200)
			require.EqualValues(t, 1, n["count"], "%s: %s", when, name)
		}
		for _, s := range []segmentBody{own, far, nested} {
			members, _ := ok[object](h.call("GET", "/v1/segments/"+s.ID+"/members"), 200)
			require.Len(t, members["contacts"], map[string]int{"far": 1}[s.Name]+map[string]int{"own": 2, "nested": 2}[s.Name], "%s: %s", when, s.Name)
		}
		got, _ := ok[contactBody](h.call("GET", "/v1/contacts/"+ada.ID), 200)
		require.Equal(t, []string{"new", "key"}, got.Labels, when)
		list, _ := ok[object](h.call("GET", "/v1/companies"), 200)
		require.Equal(t, []any{"key", "gold"}, list["companies"].([]any)[0].(map[string]any)["labels"], when)
	}
	exact("before the sweep", "vip", "VIP", "Key")
	for _, s := range []segmentBody{own, far} {
		got, _ := ok[segmentBody](h.call("GET", "/v1/segments/"+s.ID), 200)
		require.Contains(t, string(*got.Filter), `"x","key"`)
		require.NotEqual(t, s.Version, got.Version)
	}
	got, _ := ok[segmentBody](h.call("GET", "/v1/segments/"+other.ID), 200)
	require.Equal(t, other.Version, got.Version)
	late, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "late", "filter": label("labels", "ViP")}), 201)
	later, _ := ok[segmentBody](h.call("PATCH", "/v1/segments/"+other.ID, object{"filter": label("company.labels", "vip")}), 200)
	both, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "both", "filter": object{"combinator": "and", "rules": []any{
		object{"field": "labels", "operator": "any_of", "value": []any{"x", "vip", "KEY"}},
	}}}), 201)
	require.Contains(t, string(*both.Filter), `["x","key"]`, "it is named once")
	for _, s := range []segmentBody{late, later} {
		require.Contains(t, string(*s.Filter), `"x","key"`, "%s is saved with the new name", s.Name)
	}
	cem, _ := ok[contactBody](h.call("POST", "/v1/contacts", object{"name": "Cem", "labels": []any{"vip"}}), 201)
	require.Equal(t, []string{"key"}, cem.Labels, "who writes the former name means the new one")
	h.call("DELETE", "/v1/contacts/"+cem.ID).do()
	h.sweep()
	exact("after the sweep", "key")
	for id, n := range map[string]int{late.ID: 2, later.ID: 1} {
		members, _ := ok[object](h.call("GET", "/v1/segments/"+id+"/members"), 200)
		require.Len(t, members["contacts"], n, "saved while the label was renamed")
	}
	status, _ := ok[labelRenaming](h.call("GET", "/v1/labels/renaming"), 200)
	require.Nil(t, status.Renaming)
	history, _ := ok[object](h.call("GET", "/v1/contacts/"+ben.ID+"/history?field=labels"), 200)
	require.Len(t, history["entries"], 1)
	free, _ := ok[contactBody](h.call("POST", "/v1/contacts", object{"name": "Dan", "labels": []any{"vip"}}), 201)
	require.Equal(t, []string{"vip"}, free.Labels, "the former name is free again")
	h.verified()
}

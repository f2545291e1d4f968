package api

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/workspace"
)

func TestARepeatedAttributeIsDefinedOnce(t *testing.T) {
	h := newHarness(t)
	define := func() *call {
		return h.call("POST", "/v1/attributes", object{"key": "tier", "type": "text"}).with("Idempotency-Key", "k1")
	}
	first, header := ok[attributeBody](define(), 201)
	require.Empty(t, header.Get("Idempotency-Replayed"))
	again, header := ok[attributeBody](define(), 201)
	require.Equal(t, first, again)
	require.Equal(t, "true", header.Get("Idempotency-Replayed"))
	ok[wire.None](h.call("DELETE", "/v1/attributes/tier"), 204)
	define().problem(410, "deleted-since")
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "tier", "type": "number"}), 201)
	define().problem(410, "deleted-since") // the one that has the key now is another
}

// TestARepeatedChangeNeedsNoEntity: when it was carried out, it was clear who was meant.
func TestARepeatedChangeNeedsNoEntity(t *testing.T) {
	h := newHarness(t)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "tier", "type": "text"}), 201)
	patch := func() *call { return h.call("PATCH", "/v1/attributes/tier", object{"label": "New"}) }
	first, _ := ok[attributeBody](patch().with("Idempotency-Key", "k1"), 200)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "tier", "type": "text", "entity": "company"}), 201)
	again, header := ok[attributeBody](patch().with("Idempotency-Key", "k1"), 200)
	require.Equal(t, first, again)
	require.Equal(t, "true", header.Get("Idempotency-Replayed"))
	require.Equal(t, []string{"entity"}, locations(patch().problem(422, "invalid-request")))
}

// TestAttributesFitIntoOneList: those that would not are refused.
func TestAttributesFitIntoOneList(t *testing.T) {
	h := newHarness(t)
	options := make([]string, 1_000)
	for i := range options {
		options[i] = strings.Repeat("\u00e9", 95) + strconv.Itoa(10_000+i)
	}
	define := func(i int) *call {
		return h.call("POST", "/v1/attributes", object{"key": "a" + strconv.Itoa(i), "type": "list", "options": options})
	}
	for i := range 10 {
		ok[attributeBody](define(i), 201)
	}
	p := define(10).problem(409, "attributes-too-large")
	require.Contains(t, p.Detail, "They would have")
	list, header := ok[attributeList](h.call("GET", "/v1/attributes"), 200)
	require.Len(t, list.Attributes, 10)
	length, err := strconv.Atoi(header.Get("Content-Length"))
	require.NoError(t, err)
	require.Less(t, length, 3<<20)
}

// TestAttributesOfCompanies: the query says whose attributes are meant.
func TestAttributesOfCompanies(t *testing.T) {
	h := newHarness(t)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "tier", "type": "text"}), 201)
	made, header := ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "tier", "type": "number", "entity": "company"}), 201)
	require.Equal(t, "company", made.Entity)
	require.Equal(t, "/v1/attributes/tier?entity=company", header.Get("Location"))
	ok[attributeBody](h.call("POST", "/v1/attributes?entity=company", object{"key": "fleet", "type": "number", "entity": nil}), 201)
	h.call("POST", "/v1/attributes?entity=company", object{"key": "x", "type": "number", "entity": "contact"}).problem(422, "invalid-attribute")
	h.call("GET", "/v1/attributes?entity=note").problem(422, "invalid-request")
	for _, c := range []*call{
		h.call("GET", "/v1/attributes/fleet"), h.call("PATCH", "/v1/attributes/fleet", object{"archived": true}),
		h.call("DELETE", "/v1/attributes/fleet?entity=contact"), h.call("GET", "/v1/attributes/fleet/uses"),
	} {
		require.Equal(t, "There is no such attribute of contacts. There is one of companies: ask with entity=company.", c.problem(404, "not-found").Detail)
	}
	require.Equal(t, "There is no such attribute of companies.", h.call("GET", "/v1/attributes/nope?entity=company").problem(404, "not-found").Detail)

	keys := func(path string) (list []string) {
		body, _ := ok[attributeList](h.call("GET", path), 200)
		for _, a := range body.Attributes {
			list = append(list, a.Entity+" "+a.Key)
		}
		return list
	}
	require.Equal(t, []string{"contact tier"}, keys("/v1/attributes"))
	require.Equal(t, []string{"contact tier"}, keys("/v1/attributes?entity=contact"))
	require.Equal(t, []string{"company tier", "company fleet"}, keys("/v1/attributes?entity=company"))

	got, _ := ok[attributeBody](h.call("GET", "/v1/attributes/tier?entity=company"), 200)
	require.Equal(t, made, got)
	patched, _ := ok[attributeBody](h.call("PATCH", "/v1/attributes/tier?entity=company", object{"label": "Tier"}), 200)
	require.Equal(t, "Tier", patched.Label)
	h.call("PATCH", "/v1/attributes/tier?entity=contact", object{"entity": "company"}).problem(422, "invalid-attribute")
	h.call("DELETE", "/v1/attributes/fleet").problem(404, "not-found")
	for _, c := range []*call{
		h.call("PATCH", "/v1/attributes/tier", object{"label": "Other"}), h.call("DELETE", "/v1/attributes/tier"),
		h.call("POST", "/v1/attributes/tier/rename-option", object{"from": "a", "to": "b"}),
	} {
		p := c.problem(422, "invalid-request")
		require.Equal(t, []wire.ProblemError{{Location: "entity", Detail: "must be contact or company, because each has an attribute of this key"}}, p.Errors)
	}
	got, _ = ok[attributeBody](h.call("GET", "/v1/attributes/tier"), 200)
	require.Equal(t, []string{"contact", "tier"}, []string{got.Entity, got.Label}, "reading changes nothing, and the answer says whose it is")
	ok[wire.None](h.call("DELETE", "/v1/attributes/tier?entity=contact"), 204)
	require.Equal(t, []string{"company tier", "company fleet"}, keys("/v1/attributes?entity=company"))
}

// TestAttributesSayWhatTheyTake: rules and defaults come back as they were sent, and a
// contact that breaks one is told where.
func TestAttributesSayWhatTheyTake(t *testing.T) {
	h := newHarness(t)
	made, _ := ok[attributeBody](h.call("POST", "/v1/attributes", object{
		"key": "plate", "type": "text", "group": "Cars", "order": 3, "required": true,
		"pattern": "K[A-Z]{2}", "cue": "must be a plate like KAB", "default": "KAA",
	}), 201)
	require.Equal(t, []any{"Cars", 3, true, "K[A-Z]{2}", "must be a plate like KAB", "KAA"},
		[]any{made.Group, made.Order, made.Required, made.Pattern, made.Cue, made.Default})
	got, _ := ok[attributeBody](h.call("GET", "/v1/attributes/plate"), 200)
	require.Equal(t, made, got)
	c, _ := ok[contactBody](h.call("POST", "/v1/contacts", object{"name": "Ada"}), 201)
	require.Equal(t, "KAA", c.Attributes["plate"])
	p := h.call("POST", "/v1/contacts", object{"name": "Ada", "attributes": object{"plate": "none"}}).problem(422, "invalid-contact")
	require.Equal(t, "attributes.plate", p.Errors[0].Location)
	require.Equal(t, "must be a plate like KAB", p.Errors[0].Detail)
	h.call("PATCH", "/v1/contacts/"+c.ID, object{"attributes": object{"plate": nil}}).problem(422, "invalid-contact")
}

// TestUsesOfAttributes: who names an attribute and how many have a value; what is named
// cannot be deleted.
func TestUsesOfAttributes(t *testing.T) {
	h := newHarness(t)
	h.call("GET", "/v1/attributes/tier/uses").problem(404, "not-found")
	for key, kind := range map[string]string{"tier": "text", "vip": "checkbox"} {
		ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": key, "type": kind}), 201)
	}
	ok[attributeBody](h.call("POST", "/v1/attributes?entity=company", object{"key": "tier", "type": "text"}), 201)
	ok[contactBody](h.call("POST", "/v1/contacts", object{"name": "Ada", "attributes": object{"tier": "a", "vip": false}}), 201)
	ok[contactBody](h.call("POST", "/v1/contacts", object{"name": "Ben", "attributes": object{"vip": true}}), 201)
	rule := object{"field": "attributes.tier", "operator": "exists"}
	segment, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "gold", "filter": object{"combinator": "and", "rules": []any{rule}}}), 201)

	uses := func(path string) attributeUses { body, _ := ok[attributeUses](h.call("GET", path), 200); return body }
	tier := uses("/v1/attributes/tier/uses")
	require.Equal(t, []segmentUse{{segment.ID, "gold"}}, tier.Segments)
	require.EqualValues(t, 1, *tier.Contacts)
	require.Nil(t, tier.Companies)
	vip := uses("/v1/attributes/vip/uses")
	require.Empty(t, vip.Segments)
	require.EqualValues(t, 1, *vip.Contacts, "false until set is no value")
	theirs := uses("/v1/attributes/tier/uses?entity=company")
	require.Empty(t, theirs.Segments)
	require.Nil(t, theirs.Contacts)
	require.Zero(t, *theirs.Companies)

	h.call("DELETE", "/v1/attributes/tier?entity=contact").problem(409, "attribute-in-use")
	ok[wire.None](h.call("DELETE", "/v1/attributes/tier?entity=company"), 204)
	ok[wire.None](h.call("DELETE", "/v1/segments/"+segment.ID), 204)
	ok[wire.None](h.call("DELETE", "/v1/attributes/tier"), 204)
}

// TestArchivedAttributesAreOutOfSight: answers leave them out, and filters find them.
func TestArchivedAttributesAreOutOfSight(t *testing.T) {
	h := newHarness(t)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "tier", "type": "text"}), 201)
	c, _ := ok[contactBody](h.call("POST", "/v1/contacts", object{"name": "Ada", "attributes": object{"tier": "gold"}}), 201)
	a, _ := ok[attributeBody](h.call("PATCH", "/v1/attributes/tier", object{"archived": true}), 200)
	require.True(t, a.Archived)
	list, _ := ok[attributeList](h.call("GET", "/v1/attributes"), 200)
	require.Empty(t, list.Attributes)
	list, _ = ok[attributeList](h.call("GET", "/v1/attributes?archived=true"), 200)
	require.Len(t, list.Attributes, 1)
	got, _ := ok[contactBody](h.call("GET", "/v1/contacts/"+c.ID), 200)
	require.Empty(t, got.Attributes)
	count, _ := ok[countBody](h.call("POST", "/v1/contacts/count", object{"filter": object{"combinator": "and", "rules": []any{
		object{"field": "attributes.tier", "operator": "eq", "value": "gold"}}}}), 200)
	require.EqualValues(t, 1, count.Count)
	h.call("PATCH", "/v1/contacts/"+c.ID, object{"attributes": object{"tier": "x"}}).problem(422, "invalid-contact")
	ok[attributeBody](h.call("PATCH", "/v1/attributes/tier", object{"archived": false}), 200)
	got, _ = ok[contactBody](h.call("GET", "/v1/contacts/"+c.ID), 200)
	require.Equal(t, "gold", got.Attributes["tier"])
}

// TestRulesOfCompanies: defaults, requirements and archives hold for companies as well.
func TestRulesOfCompanies(t *testing.T) {
	h := newHarness(t)
	for key, more := range map[string]object{"size": {"required": true}, "tier": {"default": "basic"}} {
		more["key"], more["type"], more["entity"] = key, "text", "company"
		ok[attributeBody](h.call("POST", "/v1/attributes", more), 201)
	}
	h.call("POST", "/v1/companies", object{"name": "Acme"}).problem(422, "invalid-company")
	c, _ := ok[object](h.call("POST", "/v1/companies", object{"name": "Acme", "attributes": object{"size": "L"}}), 201)
	require.Equal(t, map[string]any{"size": "L", "tier": "basic"}, c["attributes"])
	ok[attributeBody](h.call("PATCH", "/v1/attributes/size?entity=company", object{"archived": true}), 200)
	id := c["id"].(string)
	c, _ = ok[object](h.call("PATCH", "/v1/companies/"+id, object{"attributes": nil}), 200)
	require.Empty(t, c["attributes"])
	ok[attributeBody](h.call("PATCH", "/v1/attributes/size?entity=company", object{"archived": false}), 200)
	c, _ = ok[object](h.call("GET", "/v1/companies/"+id), 200)
	require.Equal(t, map[string]any{"size": "L"}, c["attributes"], "what is archived is not removed unseen")
}

// TestRenameOption: records of both entities get the new name with history, and a segment
// that names the former one goes on meaning the option.
func TestRenameOption(t *testing.T) {
	h := newHarness(t)
	for _, entity := range []string{"contact", "company"} {
		ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "tier", "type": "list", "options": []any{"free", "pro"}, "entity": entity}), 201)
	}
	c, _ := ok[contactBody](h.call("POST", "/v1/contacts", object{"name": "Ada", "attributes": object{"tier": "pro"}}), 201)
	co, _ := ok[object](h.call("POST", "/v1/companies", object{"name": "Acme", "attributes": object{"tier": "pro"}}), 201)
	rule := object{"combinator": "and", "rules": []any{object{"field": "attributes.tier", "operator": "eq", "value": "pro"}}}
	segment, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "pros", "filter": rule}), 201)

	h.call("POST", "/v1/attributes/tier/rename-option?entity=contact", object{"from": "none", "to": "gold"}).problem(422, "invalid-attribute")
	h.call("POST", "/v1/attributes/none/rename-option", object{"from": "pro", "to": "gold"}).problem(404, "not-found")
	a, _ := ok[attributeBody](h.call("POST", "/v1/attributes/tier/rename-option?entity=contact", object{"from": "pro", "to": "gold"}), 200)
	require.Equal(t, []string{"free", "gold"}, a.Options)
	require.Equal(t, []formerOption{{"pro", "gold"}}, a.Former)
	ok[attributeBody](h.call("POST", "/v1/attributes/tier/rename-option?entity=company", object{"from": "pro", "to": "gold"}), 200)
	require.NoError(t, h.server.attributes.(*workspace.Service).SweepRenamings(t.Context()))

	got, _ := ok[contactBody](h.call("GET", "/v1/contacts/"+c.ID), 200)
	require.Equal(t, "gold", got.Attributes["tier"])
	company, _ := ok[object](h.call("GET", "/v1/companies/"+co["id"].(string)), 200)
	require.Equal(t, map[string]any{"tier": "gold"}, company["attributes"])
	members, _ := ok[object](h.call("GET", "/v1/segments/"+segment.ID+"/members"), 200)
	require.Len(t, members["contacts"], 1)
	history, _ := ok[object](h.call("GET", "/v1/contacts/"+c.ID+"/history?field=attributes.tier"), 200)
	require.Len(t, history["entries"], 1)
	h.call("PATCH", "/v1/attributes/tier?entity=company", object{"options": []any{"free"}}).problem(409, "option-in-use")

	ok[wire.None](h.call("DELETE", "/v1/contacts/"+c.ID), 204)
	p := h.call("PATCH", "/v1/attributes/tier?entity=contact", object{"options": []any{"free"}}).problem(409, "option-in-use")
	require.Contains(t, p.Errors[0].Detail, `"pros"`, "a segment names it, by its former name")
	ok[segmentBody](h.call("PATCH", "/v1/segments/"+segment.ID, object{"filter": nil}), 200)
	ok[attributeBody](h.call("PATCH", "/v1/attributes/tier?entity=contact", object{"options": []any{"free"}}), 200)
}

package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/imports"
	"github.com/ndoto/kundi/index/columns"
)

// TestEveryFieldOfEveryKind sends each field of each kind of records through the whole
// program: made, changed, answered, listed, written as CSV and read back, filtered, sorted,
// counted, searched, kept as history, merged and parted. A place that forgets a field
// fails with its name. What a member of a record lacks that is no field at all,
// contacts/field_test.go finds.
func TestEveryFieldOfEveryKind(t *testing.T) {
	r := newFieldsRig(t)
	kinds := kindsOfRecords(r)
	var tested, all []fields.Entity
	for _, k := range kinds {
		tested = append(tested, k.entity)
		k.define(r.in(t))
	}
	for _, k := range columns.Kept(Kinds) {
		// Campaign events have no routes of their own: they are reported of the rows of an audience, and
		// asked for in filters of contacts (api/audience_events_test.go).
		if e := k.Info().Entity; e != fields.EntityCampaignEvent {
			all = append(all, e)
		}
	}
	require.Equal(t, all, tested, "a kind without a test")
	for _, k := range kinds {
		for _, f := range k.fields {
			t.Run(string(k.entity)+"/"+f.Name, func(t *testing.T) { (&fieldTest{caller: r.in(t), kind: k, field: f}).run() })
		}
		if !k.noCSV {
			t.Run(string(k.entity)+"/all", func(t *testing.T) { k.testFiles(r.in(t)) })
		}
	}
	t.Run("kept", func(t *testing.T) { testKept(t, r, kinds) })
}

// fieldTest tests one field of a kind.
type fieldTest struct {
	caller
	kind  *kindOfRecord
	field fields.Field
}

// settable reports whether a draft may have the field.
func settable(f fields.Field) bool { return f.Attribute != nil || f.Standard.Settable() }

func writable(f fields.Field) bool {
	return f.Attribute != nil || f.Standard.Access == fields.Writable
}

// value is the nth value of the field.
func (f *fieldTest) value(n int) any {
	f.t.Helper()
	values, known := f.kind.values[f.field.Name]
	require.True(f.t, known, "no values of the field")
	require.NotEqual(f.t, values(n), values(n+1))
	return onWire(values(n))
}

// next is a number that no record was made with yet.
func (f *fieldTest) next() int {
	f.made++
	return f.made
}

func (f *fieldTest) run() {
	f.testDocument()
	bare := f.kind.create(f.caller, f.kind.bare(f.next()))
	if !settable(f.field) {
		f.testReadOnly(bare)
		f.testNotChosen(bare)
		return
	}
	n := f.next()
	before := f.value(n)
	record := f.kind.create(f.caller, with(f.kind.bare(n), f.field.Name, before))
	f.answered(record, before)
	f.testColumns(record, f.value(n+1))
	f.testWords(record, n) // before it changes, so that the index learns the change by itself
	if !writable(f.field) {
		f.refuses("PATCH", f.kind.pathOf(record), f.value(n+1))
		f.testJoined(record)
		f.testMerge()
		f.testChoice()
		return
	}
	after := f.value(n + 1)
	changed := f.call("PATCH", f.kind.pathOf(record), with(object{}, f.field.Name, after), 200)
	f.made = max(f.made, n+1)
	f.answered(changed, after)
	require.Greater(f.t, versionOf(changed), versionOf(record), "a change was taken for none")
	again := f.call("PATCH", f.kind.pathOf(record), with(object{}, f.field.Name, after), 200)
	require.Equal(f.t, changed["version"], again["version"], "the same value was taken for a change")
	f.testColumns(changed, before)
	f.testLog(changed)
	f.testHistory(record, changed, before, after)
	f.testJoined(changed)
	f.testWords(changed, n+1)
	if f.kind.search != "" {
		require.False(f.t, f.found(changed, n), "words find the value before")
	}
	f.testEmptied(changed)
	f.testMerge()
	f.testChoice()
}

// answered demands the value in the answer, in that of a GET, and in the lists.
func (f *fieldTest) answered(record object, want any) {
	f.t.Helper()
	require.Equal(f.t, want, valueIn(record, f.field.Name), "answered")
	read := f.call("GET", f.kind.pathOf(record), nil, 200)
	require.Equal(f.t, want, valueIn(read, f.field.Name), "read")
	if f.kind.unlisted {
		return
	}
	line := f.lines(query(f.kind.path, "filter", f.filter(f.kind.key(), record[f.kind.key()])))[record["id"]]
	require.Equal(f.t, want, valueIn(line, f.field.Name), "NDJSON")
}

// refuses demands that the field cannot be sent.
func (f *fieldTest) refuses(method, path string, value any) {
	f.t.Helper()
	problem := f.call(method, path, with(f.kind.bare(f.next()), f.field.Name, value), 422)
	if f.field.Standard.Access != fields.InFilters { // a member that is not known is not repeated
		require.Contains(f.t, toText(problem["errors"]), f.field.Name, "the problem names the field")
	}
}

// testReadOnly tests a field that the server gives.
func (f *fieldTest) testReadOnly(bare object) {
	if f.kind.make == nil {
		f.refuses("POST", f.kind.madeAt(), true)
	}
	f.refuses("PATCH", f.kind.pathOf(bare), true)
	record := bare
	switch f.field.Name {
	case "conversations_count", "open_conversations", "last_message_at":
		if f.kind.entity == fields.EntityContact {
			f.converse(bare)
			record = f.call("GET", f.kind.pathOf(bare), nil, 200)
		}
	case "reachable":
		record = f.call("PATCH", f.kind.pathOf(bare), object{"email": mail(f.next())}, 200)
	case "blocked":
		record = f.call("POST", f.kind.pathOf(bare)+"/block", nil, 200)
	case "company.name":
		record = f.call("PATCH", f.kind.pathOf(bare), object{"company_id": f.links[0]}, 200)
	case "first_reply_at", "last_reply_at":
		path := f.kind.pathOf(bare)
		if f.kind.entity == fields.EntityContact {
			path = f.converse(bare)
		}
		f.call("POST", path+"/messages", object{"direction": "outbound", "text": "Yes?"}, 201)
		record = f.call("GET", f.kind.pathOf(bare), nil, 200)
	case "resolved_at":
		record = f.call("PATCH", f.kind.pathOf(bare), object{"status": "resolved"}, 200)
	case "contacts_count", "last_seen_at": // of a company
		f.call("POST", "/v1/contacts", object{"name": "Member", "company_id": bare["id"], "last_seen_at": "2026-10-09T10:00:00.000Z"}, 201)
		record = f.call("GET", f.kind.pathOf(bare), nil, 200)
	}
	value := valueIn(record, f.field.Name)
	f.kind.notRead.holds(f.t, f.field.Name, value != nil, "is not answered")
	if value != nil {
		f.testColumns(record, nil)
		f.testJoined(record)
	}
}

// converse lets a contact write, and returns the path of the conversation.
func (f *fieldTest) converse(contact object) string {
	f.call("PATCH", f.kind.pathOf(contact), object{"identifier": contact["id"]}, 200)
	message := object{"channel": "sms", "sender": object{"identifier": contact["id"], "source_id": contact["id"]}, "message": object{"text": "Hi"}}
	return "/v1/conversations/" + f.call("POST", "/v1/conversations", message, 201)["conversation"].(object)["id"].(string)
}

// testEmptied demands that null empties the field, or that this is refused.
func (f *fieldTest) testEmptied(record object) {
	empty := with(object{}, f.field.Name, nil)
	if f.field.Attribute == nil && f.field.Standard.Required {
		f.call("PATCH", f.kind.pathOf(record), empty, 422)
		return
	}
	if f.field.Name == "name" { // something must say who it is
		empty["identifier"] = "emptied"
	}
	emptied := f.call("PATCH", f.kind.pathOf(record), empty, 200)
	switch value := valueIn(emptied, f.field.Name); {
	case f.field.Type == fields.FieldMany && f.field.Attribute == nil:
		require.Empty(f.t, value, "emptied")
	case f.field.Type == fields.FieldCheckbox && (f.field.Attribute == nil || !f.field.Attribute.ThreeState):
		require.Equal(f.t, false, value, "emptied")
	default:
		require.Nil(f.t, value, "emptied")
	}
}

// testDocument demands the field in the API document.
func (f *fieldTest) testDocument() {
	top, _, _ := strings.Cut(f.field.Name, ".")
	if top == "company_id" {
		top = "company"
	}
	schemas := f.call("GET", "/openapi.json", nil, 200)["components"].(object)["schemas"].(object)
	members := func(name string) object { return schemas[name].(object)["properties"].(object) }
	f.kind.notRead.holds(f.t, f.field.Name, members(f.kind.answer)[top] != nil, "is not in the document of answers")
	if f.field.Attribute == nil && top != "consent" {
		top = f.field.Name
	}
	require.Equal(f.t, settable(f.field), members(f.kind.draft)[top] != nil, "what may be sent is in the document, and nothing else")
}

// testLog demands that the log names the field.
func (f *fieldTest) testLog(changed object) {
	log, err := f.Store.Changes(f.t.Context(), versionOf(changed)-1, 1)
	require.NoError(f.t, err)
	require.Equal(f.t, f.kind.entity, log[0].Entity)
	require.Contains(f.t, log[0].Fields, f.field.Name, "the log does not name it")
}

// testHistory demands the change in the history, and the value before it at its time.
func (f *fieldTest) testHistory(record, changed object, before, after any) {
	if !f.kind.history {
		return
	}
	page := f.call("GET", query(f.kind.pathOf(record)+"/history", "field", f.field.Name), nil, 200)
	newest := page["entries"].([]any)[0].(object)
	require.Equal(f.t, changed["version"], newest["seq"], "history")
	change := newest["changes"].([]any)[0].(object)
	require.Equal(f.t, f.field.Name, change["field"], "history")
	if f.field.Name != "company_id" { // answered with its name, too
		require.Equal(f.t, []any{before, after}, []any{change["old"], change["new"]}, "history")
	}
	then := f.call("GET", query(f.kind.pathOf(record), "at", record["updated_at"].(string)), nil, 200)
	if record["updated_at"] != changed["updated_at"] {
		require.Equal(f.t, before, valueIn(then, f.field.Name), "as of then")
	}
	now := f.call("GET", query(f.kind.pathOf(record), "include", "provenance"), nil, 200)
	origin := now["provenance"].(object)[f.field.Name]
	require.NotNil(f.t, origin, "where it comes from")
	require.Equal(f.t, changed["version"], origin.(object)["seq"], "where it comes from")
}

// testWords demands that words find the nth value, or else do not.
func (f *fieldTest) testWords(record object, n int) {
	if f.kind.search != "" {
		f.kind.notFound.holds(f.t, f.field.Name, f.found(record, n), "words do not find it")
	}
}

// found reports whether the words of the nth value find a record.
func (f *fieldTest) found(record object, n int) bool {
	words := f.kind.words[f.field.Name]
	if words == nil {
		words = f.kind.values[f.field.Name]
	}
	answer := f.call("GET", query(f.kind.search, "q", strings.Trim(toText(words(n)), `[]"`), "limit", "100", "min_seq", number(versionOf(record))), nil, 200)
	return slices.ContainsFunc(valueIn(answer, f.kind.found).([]any), func(hit any) bool {
		return hit.(object)[string(f.kind.entity)].(object)["id"] == record["id"]
	})
}

// testMerge demands that a merge gives the value to one who has none, and that its undo
// takes it back.
func (f *fieldTest) testMerge() {
	if !f.kind.merges {
		return
	}
	survivor := f.kind.create(f.caller, f.kind.lone(f.next(), f.field.Name))
	n := f.next()
	if n%2 == 1 { // the values of choices rise or are set
		n = f.next()
	}
	value := f.value(n)
	if f.field.Name == "type" {
		value = "customer"
	}
	absorbed := f.kind.create(f.caller, with(f.kind.bare(n), f.field.Name, value))
	merged := f.call("POST", f.kind.pathOf(survivor)+"/merge", object{string(f.kind.entity) + "_id": absorbed["id"]}, 200)
	f.kind.notMerged.holds(f.t, f.field.Name, reflect.DeepEqual(value, valueIn(merged, f.field.Name)), "a merge does not give it")
	id := merged["absorbed"].([]any)[0].(object)["merge_id"].(string)
	restored := f.call("POST", "/v1/merges/"+id+"/undo", nil, 200)
	require.Equal(f.t, value, valueIn(restored, f.field.Name), "an undo does not restore it")
	parted := f.call("GET", f.kind.pathOf(survivor), nil, 200)
	require.Equal(f.t, valueIn(survivor, f.field.Name), valueIn(parted, f.field.Name), "an undo does not take it back")
}

// testFiles writes a record with all fields as CSV, changes them all, and reads the file
// back.
func (k *kindOfRecord) testFiles(c caller) {
	if k.unlisted {
		return
	}
	n := c.made + 2
	c.made = n + 3
	draft, other := k.bare(n), object{}
	for _, f := range k.fields {
		if settable(f) {
			draft = with(draft, f.Name, k.values[f.Name](n))
		}
		if writable(f) {
			other = with(other, f.Name, k.values[f.Name](n+1))
		}
	}
	record := k.create(c, draft)
	text, header, rows := c.cells(k.path)
	for _, f := range k.fields {
		value := valueIn(record, f.Name)
		if list, is := value.([]any); value == nil || is && len(list) == 0 {
			continue
		}
		require.Contains(c.t, header, f.Name, "CSV")
		require.NotEmpty(c.t, rows[record["id"]][f.Name], "%s in CSV", f.Name)
	}
	if !k.imported {
		return
	}
	c.call("PATCH", k.pathOf(record), other, 200)
	lines := strings.SplitAfter(text, "\n")
	at := slices.IndexFunc(lines, func(line string) bool { return strings.Contains(line, record["id"].(string)) })
	plan, err := imports.New(c.t.Context(), strings.NewReader(lines[0]+lines[at]), c.Workspace.Attributes(k.entity), imports.Options{})
	require.NoError(c.t, err)
	done, err := plan.Run(c.t.Context(), imports.Into(c.Contacts, Importer))
	require.NoError(c.t, err)
	require.Equal(c.t, imports.Summary{Updated: 1}, done)
	read := c.call("GET", k.pathOf(record), nil, 200)
	for _, f := range k.fields {
		if _, kept := k.notImported[f.Name]; settable(f) && !kept {
			require.Equal(c.t, valueIn(record, f.Name), valueIn(read, f.Name), "%s is not read back from CSV", f.Name)
		}
	}
}

// testKept demands that all records, and what is counted of them, are as they were when
// the folder is opened again: from what the mirror had written, and built anew.
func testKept(t *testing.T, r *fieldsRig, kinds []*kindOfRecord) {
	before := stateOf(r.in(t), kinds)
	folder := r.config.Data
	for _, how := range []string{"opened again", "built anew"} {
		require.NoError(t, r.Close(t.Context()))
		if how == "built anew" {
			require.NoError(t, os.RemoveAll(filepath.Join(folder, indexFolder)))
		}
		r.open(folder)
		after := stateOf(r.in(t), kinds)
		for what := range before {
			require.Equal(t, before[what], after[what], "%s: %s", how, what)
		}
	}
	found, err := r.Verify(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, found)
}

// stateOf are all records by their ids, and the facets of all fields.
func stateOf(c caller, kinds []*kindOfRecord) map[string]any {
	state := map[string]any{}
	for _, k := range kinds {
		if k.unlisted {
			state[string(k.entity)] = c.call("GET", query(k.madeAt(), "limit", "1000"), nil, 200)
			continue
		}
		for id, record := range c.lines(k.path) {
			state[string(k.entity)+" "+id.(string)] = record
		}
		for _, f := range k.fields {
			if f.Type.HasValues() {
				facet := c.call("POST", k.path+"/count", object{"facets": []any{f.Name}}, 200)["facets"].(object)[f.Name].(object)
				delete(facet, "facet_cursor") // sealed, so never the same
				state["facet "+string(k.entity)+" "+f.Name] = facet
			}
		}
	}
	return state
}

func toText(v any) string {
	if text, is := v.(string); is {
		return text
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

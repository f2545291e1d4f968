package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// changingPeople are contacts to whom anything happens that may change a field.
type changingPeople struct {
	changedRig
	random *rand.Rand
	merges []joining // not undone yet, in their order
	drawn  int       // drafts, to tell addresses apart
}

// joining is a merge.
type joining struct{ id, survivor, absorbed string }

// keptFields are fields with a history, of each type. They are more than the program keeps at a time.
var keptFields = []string{
	"type", "name", "first_name", "email", "phone", "identifier", "identities", "country", "city", "company_id", "labels", "channels", "blocked",
	"created_at", "last_seen_at", "consent.email", "attributes.plan", "attributes.seats", "attributes.fee", "attributes.agreed", "attributes.tags",
}

// changingAttributes are those that the fields name.
var changingAttributes = map[string]object{
	"plan": {"key": "plan", "type": "list", "options": []string{"gold", "tin"}}, "seats": {"key": "seats", "type": "number"},
	"fee": {"key": "fee", "type": "currency", "currency": "USD"}, "agreed": {"key": "agreed", "type": "checkbox", "three_state": true},
	"tags": {"key": "tags", "type": "list", "options": []string{"x", "y"}, "multiple": true},
}

// changingSteps are what may happen. What happens often stands there more than once.
var changingSteps = []func(*changingPeople){
	(*changingPeople).make, (*changingPeople).make, (*changingPeople).change, (*changingPeople).change, (*changingPeople).change, (*changingPeople).change,
	(*changingPeople).upsert, (*changingPeople).merge, (*changingPeople).merge, (*changingPeople).undo, (*changingPeople).undo, (*changingPeople).remove,
	(*changingPeople).block, (*changingPeople).consent, (*changingPeople).write, (*changingPeople).renameLabel, (*changingPeople).renameOption,
	(*changingPeople).redefine, (*changingPeople).removeCompany, (*changingPeople).mergeCompanies,
}

// TestTimesOfChangesAreThoseOfHistories: whatever happens to contacts, filters know when each field changed
// as the histories say it: of fields that are kept all the time, and of those that others push out and
// that are read again; and after a restart. The segments of a contact are those that it is a member of.
func TestTimesOfChangesAreThoseOfHistories(t *testing.T) {
	histories := uint64(4)
	if testing.Short() {
		histories = 1
	}
	for seed := range histories {
		t.Run(fmt.Sprint("history ", seed), func(t *testing.T) {
			rig := newFieldsRig(t)
			p := &changingPeople{changedRig: changedRig{rig.in(t), map[string]bool{}, map[string]object{}}, random: rand.New(rand.NewPCG(seed, 1))}
			for _, a := range changingAttributes {
				p.call("POST", "/v1/attributes", a, 201)
			}
			asked := keptFields
			if seed%2 == 0 {
				asked = asked[:0:0]
				for _, i := range p.random.Perm(len(keptFields))[:12] {
					asked = append(asked, keptFields[i])
				}
			}
			for step := range 120 {
				changingSteps[p.random.IntN(len(changingSteps))](p)
				if step%10 == 9 {
					p.requireTimes(asked...)
				}
			}
			p.restart()
			p.requireTimes(asked...)
			segments := p.segments(asked[:12])
			p.requireSegments(segments)
			p.restart()
			p.requireSegments(segments)
		})
	}
}

func (p *changingPeople) restart() {
	folder := p.config.Data
	require.NoError(p.t, p.Close(p.t.Context()))
	p.open(folder)
}

// segments makes one for each of some fields: those in whom it changed since the second contact was made.
func (p *changingPeople) segments(fields []string) (ids []string) {
	for _, field := range fields {
		list := []string{}
		for id := range p.people {
			if at := p.changedAt(id, field); at != "" {
				list = append(list, at)
			}
		}
		rule := object{"field": "changed." + field, "operator": "exists"}
		if len(list) > 0 {
			slices.Sort(list)
			rule = object{"field": "changed." + field, "operator": "gt", "value": list[len(list)/2]}
		}
		made := p.call("POST", "/v1/segments", object{"name": field, "filter": object{"combinator": "and", "rules": []any{rule}}}, 201)
		ids = append(ids, made["id"].(string))
	}
	return ids
}

// requireSegments asks each contact for its segments, first of all, and then each segment for its members.
func (p *changingPeople) requireSegments(segments []string) {
	p.t.Helper()
	of := map[string][]string{}
	for id := range p.people {
		for _, one := range p.call("GET", "/v1/contacts/"+id+"/segments?limit=100", nil, 200)["segments"].([]any) {
			segment := one.(object)["id"].(string)
			of[segment] = append(of[segment], id)
		}
	}
	for _, segment := range segments {
		members := p.passing(object{"field": "segment", "operator": "in", "value": []string{segment}})
		require.ElementsMatch(p.t, slices.Collect(maps.Keys(members)), of[segment], segment)
	}
}

func (p *changingPeople) chance(percent int) bool { return p.random.IntN(100) < percent }

// someone is the id of one of the people, "" for nobody.
func (p *changingPeople) someone() string {
	ids := slices.Sorted(maps.Keys(p.people))
	if len(ids) == 0 {
		return ""
	}
	return ids[p.random.IntN(len(ids))]
}

// any is one of some values.
func (p *changingPeople) any(from ...any) any { return from[p.random.IntN(len(from))] }

// draft has some fields, also without a value.
func (p *changingPeople) draft() object {
	p.drawn++
	n := p.drawn
	values := object{
		"type": p.any("lead", "customer"), "first_name": p.any("Ada", "Ben", nil), "email": p.any(fmt.Sprintf("a%d@example.com", n), nil),
		"phone": p.any(fmt.Sprintf("+2547%08d", n), nil), "identifier": p.any(fmt.Sprint("i", n), nil), "country": p.any("KE", "IT", nil),
		"city": p.any("Embu", "Meru", nil), "company_id": p.any(append(p.links[:len(p.links):len(p.links)], nil)...),
		"labels": p.any([]string{"vip"}, []string{"new", "vip"}, nil), "channels": p.any([]string{"sms"}, []string{"email"}, nil),
		"last_seen_at": p.any("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", nil),
	}
	custom := object{
		"plan": p.any("gold", "tin", nil), "seats": p.any(1, 2, nil), "fee": p.any("1.50", nil), "agreed": p.any(true, false, nil), "tags": p.any([]string{"x"}, nil),
	}
	draft, attributes := object{"name": p.any("Ana", "Bo", "Cy")}, object{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if p.chance(20) {
			draft[name] = values[name]
		}
	}
	for _, key := range slices.Sorted(maps.Keys(custom)) {
		if p.chance(20) {
			attributes[key] = custom[key]
		}
	}
	draft["attributes"] = attributes
	return draft
}

func (p *changingPeople) make() {
	draft := p.draft()
	if p.chance(30) {
		draft["created_at"] = "2020-01-01T00:00:00Z"
	}
	p.create(draft)
}

func (p *changingPeople) change() {
	if id := p.someone(); id != "" {
		p.call("PATCH", "/v1/contacts/"+id, p.draft(), 200)
	}
}

// upsert changes somebody as programs do that know people by an identifier.
func (p *changingPeople) upsert() {
	id := p.someone()
	if id == "" {
		return
	}
	draft := p.draft()
	if draft["identifier"] = p.call("GET", "/v1/contacts/"+id, nil, 200)["identifier"]; draft["identifier"] != nil {
		delete(draft, "email")
		delete(draft, "phone")
		p.call("POST", "/v1/contacts/batch", object{"contacts": []any{draft}}, 200)
	}
}

func (p *changingPeople) merge() {
	survivor, absorbed := p.someone(), p.someone()
	if survivor == absorbed {
		return
	}
	list := p.call("POST", "/v1/contacts/"+survivor+"/merge", object{"contact_id": absorbed}, 200)["absorbed"].([]any)
	p.merges = append(p.merges, joining{list[len(list)-1].(object)["merge_id"].(string), survivor, absorbed})
	delete(p.people, absorbed)
}

func (p *changingPeople) undo() {
	if n := len(p.merges); n > 0 {
		last := p.merges[n-1]
		p.merges = p.merges[:n-1]
		p.call("POST", "/v1/merges/"+last.id+"/undo", nil, 200)
		p.people[last.absorbed] = true
	}
}

// remove deletes somebody, with all that it has absorbed.
func (p *changingPeople) remove() {
	id := p.someone()
	if id == "" || p.chance(50) {
		return
	}
	p.call("DELETE", "/v1/contacts/"+id, nil, 204)
	delete(p.people, id)
	gone := map[string]bool{id: true}
	for _, m := range slices.Backward(p.merges) {
		if gone[m.survivor] {
			gone[m.absorbed] = true
		}
	}
	p.merges = slices.DeleteFunc(p.merges, func(m joining) bool { return gone[m.survivor] })
}

func (p *changingPeople) block() {
	if id := p.someone(); id != "" {
		p.call(p.any("POST", "DELETE").(string), "/v1/contacts/"+id+"/block", object{}, 200)
	}
}

func (p *changingPeople) consent() {
	if id := p.someone(); id != "" {
		p.call("PUT", "/v1/contacts/"+id+"/consent/email", object{"status": p.any("subscribed", "unsubscribed"), "at": p.any("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")}, 200)
	}
}

// write lets one of six people write, some time ago. That of somebody who is blocked is refused.
func (p *changingPeople) write() {
	text, err := json.Marshal(object{
		"channel": p.any("telegram", "live_chat"), "sender": object{"identifier": fmt.Sprint("w", p.random.IntN(6)), "name": "W"},
		"message": object{"text": "hello", "at": p.any("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")},
	})
	require.NoError(p.t, err)
	request := httptest.NewRequest("POST", "/v1/conversations", bytes.NewReader(text))
	request.Host = "localhost"
	request.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, request)
	require.Contains(p.t, []int{201, 403}, w.Code, "%s", w.Body)
	if w.Code == 201 {
		var answer object
		require.NoError(p.t, json.Unmarshal(w.Body.Bytes(), &answer))
		p.people[answer["contact_id"].(string)] = true
	}
}

// renameLabel gives those with a label another one. To each it is a change.
func (p *changingPeople) renameLabel() {
	for _, id := range slices.Sorted(maps.Keys(p.people)) {
		if labels, _ := p.call("GET", "/v1/contacts/"+id, nil, 200)["labels"].([]any); slices.Contains(labels, any("vip")) {
			p.call("POST", "/v1/labels/rename", object{"from": "vip", "to": fmt.Sprint("v", p.drawn)}, 200)
			require.NoError(p.t, p.Workspace.SweepRenamings(p.t.Context()))
			return
		}
	}
}

func (p *changingPeople) renameOption() {
	p.call("POST", "/v1/attributes/tags/rename-option", object{"from": "x", "to": "z"}, 200)
	require.NoError(p.t, p.Workspace.SweepRenamings(p.t.Context()))
	p.call("POST", "/v1/attributes/tags/rename-option", object{"from": "z", "to": "x"}, 200)
	require.NoError(p.t, p.Workspace.SweepRenamings(p.t.Context()))
}

// redefine makes another attribute with the key of one that was there. Nobody has a value of it yet.
func (p *changingPeople) redefine() {
	key := p.any("plan", "seats").(string)
	p.call("DELETE", "/v1/attributes/"+key, nil, 204)
	p.call("POST", "/v1/attributes", changingAttributes[key], 201)
}

func (p *changingPeople) removeCompany() {
	if len(p.links) > 3 {
		p.call("DELETE", "/v1/companies/"+p.links[0].(string), nil, 204)
		p.links = p.links[1:]
	}
}

func (p *changingPeople) mergeCompanies() {
	if len(p.links) > 3 {
		p.call("POST", "/v1/companies/"+p.links[1].(string)+"/merge", object{"company_id": p.links[0]}, 200)
		p.links = p.links[1:]
	}
}

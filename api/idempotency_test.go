package api

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/api/wire"
)

// TestEveryWriteIsDoneOncePerIdempotencyKey sends one request of each operation
// that writes twice. The table must have all of them.
func TestEveryWriteIsDoneOncePerIdempotencyKey(t *testing.T) {
	h := newHarness(t)
	h.settle("Nairobi", 2)
	segment, gone := h.segment("Nairobi", "nairobi").ID, h.segment("Thika", "thika").ID
	person, other, deleted := h.create(object{"name": "Amina"}).ID, h.create(object{"name": "A. Yusuf"}).ID, h.create(object{"name": "Gone"}).ID
	for _, key := range []string{"tier", "gone"} {
		ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": key, "type": "text"}), 201)
	}
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "plan", "type": "list", "options": []string{"a"}}), 201)
	mine, _ := ok[keyBody](h.call("POST", "/v1/keys", object{"name": "one", "scope": "ai"}), 201)
	revoked, _ := ok[keyBody](h.call("POST", "/v1/keys", object{"name": "two", "scope": "ai"}), 201)
	merged, _ := ok[contactBody](h.call("POST", "/v1/contacts/"+h.create(object{"name": "B"}).ID+"/merge", object{"contact_id": h.create(object{"name": "b"}).ID}), 200)

	ok[contactBody](h.call("POST", "/v1/contacts/"+h.create(object{"email": "blocked@example.org"}).ID+"/block"), 200)

	writes := []write{
		{"create-contact", "POST", "/v1/contacts", object{"name": "New"}, 201},
		{"upsert-contact", "POST", "/v1/contacts/upsert", object{"email": "new@example.org"}, 201},
		{"batch-contacts", "POST", "/v1/contacts/batch", object{"contacts": []object{{"name": "New"}}}, 200},
		{"update-contact", "PATCH", "/v1/contacts/" + person, object{"city": "Thika"}, 200},
		{"block-contact", "POST", "/v1/contacts/" + person + "/block", nil, 200},
		{"unblock-contact", "DELETE", "/v1/contacts/" + person + "/block", nil, 200},
		{"set-consent", "PUT", "/v1/contacts/" + h.create(object{"email": "agrees@example.org"}).ID + "/consent/email", object{"status": "subscribed"}, 200},
		{"lift-blocks", "DELETE", "/v1/blocks?value=blocked@example.org", nil, 204},
		{"batch-suppressions", "POST", "/v1/suppressions/batch", object{"suppressions": []object{{"channel": "email", "value": "bounced@example.org", "reason": "bounce"}}}, 200},
		{"lift-suppressions", "DELETE", "/v1/suppressions?channel=email&value=bounced@example.org", nil, 204},
		{"merge-contacts", "POST", "/v1/contacts/" + person + "/merge", object{"contact_id": other}, 200},
		{"undo-merge", "POST", "/v1/merges/" + merged.Absorbed[0].MergeID + "/undo", nil, 200},
		{"delete-contact", "DELETE", "/v1/contacts/" + deleted, nil, 204},
		{"create-segment", "POST", "/v1/segments", object{"name": "New"}, 201},
		{"update-segment", "PATCH", "/v1/segments/" + segment, object{"description": "new"}, 200},
		{"refresh-segment", "POST", "/v1/segments/" + segment + "/refresh", nil, 201},
		{"delete-segment", "DELETE", "/v1/segments/" + gone, nil, 204},
		{"define-attribute", "POST", "/v1/attributes", object{"key": "new", "type": "text"}, 201},
		{"update-attribute", "PATCH", "/v1/attributes/tier", object{"label": "New"}, 200},
		{"rename-option", "POST", "/v1/attributes/plan/rename-option", object{"from": "a", "to": "b"}, 200},
		{"rename-label", "POST", "/v1/labels/rename", object{"from": "Old", "to": "b"}, 200},
		{"delete-attribute", "DELETE", "/v1/attributes/gone", nil, 204},
		{"update-settings", "PATCH", "/v1/settings", object{"currency": "TZS"}, 200},
		{"create-key", "POST", "/v1/keys", object{"name": "new", "scope": "agent"}, 201},
		{"update-key", "PATCH", "/v1/keys/" + mine.ID, object{"name": "new"}, 200},
		{"revoke-key", "DELETE", "/v1/keys/" + revoked.ID, nil, 204},
	}
	for _, noun := range sampled {
		writes = append(noun.writes(h), writes...)
	}
	missing := map[string]bool{}
	for _, item := range h.server.OpenAPI().Paths {
		for _, op := range operationsOf(item) {
			for _, response := range op.Responses {
				if response.Headers[wire.SeqHeader] != nil {
					missing[op.OperationID] = true
				}
			}
		}
	}
	for i, w := range writes {
		delete(missing, w.operation)
		send := func() *call {
			c := h.call(w.method, w.target)
			if w.body != nil {
				c = h.call(w.method, w.target, w.body)
			}
			return c.with("Idempotency-Key", fmt.Sprint("key-", i))
		}
		first := send().do()
		require.Equal(t, w.status, first.Code, "%s: %s", w.operation, first.Body)
		head := h.store.Head()
		again := send().do()
		require.Equal(t, w.status, again.Code, "%s again: %s", w.operation, again.Body)
		require.Equal(t, "true", again.Header().Get("Idempotency-Replayed"), w.operation)
		require.Empty(t, first.Header().Get("Idempotency-Replayed"), w.operation)
		for _, name := range []string{"Kundi-Seq", "ETag", "Location"} {
			require.Equal(t, first.Header().Get(name), again.Header().Get(name), "%s of %s", name, w.operation)
		}
		if w.operation == "create-key" || w.operation == "invite-person" {
			require.NotContains(t, again.Body.String(), "kundi_", "a token is shown once")
		} else {
			require.Equal(t, first.Body.String(), again.Body.String(), w.operation)
		}
		require.Equal(t, head, h.store.Head(), "%s changed something again", w.operation)

		require.Equal(t, "Idempotency-Key", h.parameter(w.operation, "Idempotency-Key"), w.operation)
		h.call("POST", "/v1/contacts", object{"name": "another request"}).with("Idempotency-Key", fmt.Sprint("key-", i)).problem(422, "idempotency-key-reused")
		if strings.Contains(w.operation, "contact") && w.method == "PATCH" {
			send().with("If-Match", `"1"`).problem(422, "idempotency-key-reused")
			h.call("PATCH", "/v1/contacts/"+other, w.body).with("Idempotency-Key", fmt.Sprint("key-", i)).problem(422, "idempotency-key-reused")
		}
	}
	delete(missing, "rename-self") // no key can; see TestAPersonChangesTheirOwnName
	require.Empty(t, slices.Collect(maps.Keys(missing)), "operations that write and are not tried")
}

// parameter returns the name of a parameter that the document describes.
func (h *harness) parameter(operation, name string) string {
	for _, item := range h.server.OpenAPI().Paths {
		for _, op := range operationsOf(item) {
			for _, p := range op.Parameters {
				if op.OperationID == operation && p.Name == name {
					return p.Name
				}
			}
		}
	}
	return ""
}

package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// large makes n contacts of some 200 KiB.
func (h *harness) large(n int) {
	h.t.Helper()
	attributes := object{}
	for i := range 100 {
		key := fmt.Sprint("note", i)
		ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": key, "type": "text"}), 201)
		attributes[key] = strings.Repeat("x", 2_000)
	}
	for from := 0; from < n; from += 50 {
		var batch []object
		for range min(50, n-from) {
			batch = append(batch, object{"name": "Ada", "city": "Nairobi", "attributes": attributes})
		}
		done, _ := ok[batchBody](h.call("POST", "/v1/contacts/batch", object{"contacts": batch}), 200)
		require.Equal(h.t, "created", done.Results[0].Result)
	}
}

// counting is a store that counts the contacts that are read.
type counting struct {
	Records
	read int
}

func (c *counting) Read(ctx context.Context, of *ledger.Shape, refs []ledger.Ref, visit func(int, []byte) error) error {
	if of.Entity == fields.EntityContact {
		c.read += len(refs)
	}
	return c.Records.Read(ctx, of, refs, visit)
}

// TestLargeAnswersAreRefused while they are read, not when they fill the
// memory; streams have them all, piece by piece.
func TestLargeAnswersAreRefused(t *testing.T) {
	limits := wire.DefaultLimits(4)
	limits.Answer = 2 << 20 // in place of 32
	h := newHarnessWith(t, limits)
	h.large(25)
	segment := h.segment("Nairobi", "Nairobi")
	target := "/v1/segments/" + segment.ID + "/members"
	for _, list := range []string{"/v1/contacts?limit=1000", target + "?limit=1000"} {
		p := h.call("GET", list).problem(413, "answer-too-large")
		require.Contains(t, p.Detail, "limit")
	}
	ok[contactList](h.call("GET", "/v1/contacts?limit=6"), 200)
	page, _ := ok[wholeMembers](h.call("GET", target+"?limit=6"), 200)
	require.Len(t, page.Contacts, 6)
	next, _ := ok[wholeMembers](h.call("GET", target+"?limit=8&fields=name&cursor="+page.NextCursor), 200)
	require.Len(t, next.Contacts, 8)

	w := h.call("GET", target).with("Accept", "application/x-ndjson").do()
	require.Equal(t, 200, w.Code)
	require.Equal(t, 25, bytes.Count(w.Body.Bytes(), []byte("\n")))
	require.Greater(t, w.Body.Len(), 4<<20)
}

// TestReadingEndsWhenAnAnswerIsTooLarge, not when all of it was read.
func TestReadingEndsWhenAnAnswerIsTooLarge(t *testing.T) {
	limits := wire.DefaultLimits(4)
	limits.Answer = 30 << 10
	h := newHarnessWith(t, limits)
	h.members(300)
	store := &counting{Records: h.server.records}
	h.server.records = store
	h.call("GET", "/v1/contacts?limit=1000").problem(413, "answer-too-large")
	require.Equal(t, readPart, store.read)
}

// TestStreamsAreMadeInSmallPieces, however large a contact is.
func TestStreamsAreMadeInSmallPieces(t *testing.T) {
	h := newHarness(t)
	h.large(30)
	segment := h.segment("Nairobi", "Nairobi")
	members, err := h.server.snapshots.Members(t.Context(), uuid.MustParse(segment.ID))
	require.NoError(t, err)
	shown, err := project(h.server.records.Schema(), nil)
	require.NoError(t, err)
	for _, media := range []string{wire.NDJSONMedia, wire.CSVMedia} {
		piece := &memberPiece{server: h.server, members: members, shown: shown}
		piece.rows, err = newRowWriter(media, &piece.text, shown)
		require.NoError(t, err)
		rows := 0
		for more := true; more; {
			more, err = piece.next(t.Context())
			require.NoError(t, err)
			require.LessOrEqual(t, piece.text.Len(), streamBytes+3*(220<<10))
			rows += bytes.Count(piece.text.Bytes(), []byte("\n"))
			piece.text.Reset()
		}
		require.GreaterOrEqual(t, rows, 30)
		require.LessOrEqual(t, rows, 31, "and the head of a CSV")
	}
}

// TestWeightIsNearTheAnswer: what is weighed is what is sent, more or less.
func TestWeightIsNearTheAnswer(t *testing.T) {
	h := newHarness(t)
	h.people()
	h.large(2)
	list, err := contacts.Kind.Scan(t.Context(), h.store, ledger.Ref{}, 100)
	require.NoError(t, err)
	for _, c := range list {
		text, err := json.Marshal(newRenderer(h.store.Schema()).contact(c, nil))
		require.NoError(t, err)
		require.InEpsilon(t, len(text), weight(c), 0.5)
	}
}

package wire

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/ledger"
)

// thing is one of a noun of the tests. Those that there are have the ids 1 to 5.
type thing struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Version uint64 `json:"version"`
}

type thingList struct {
	Things     []thing `json:"things"`
	NextCursor string  `json:"next_cursor,omitempty"`
}

type thingDraft struct {
	Name string `json:"name" minLength:"1"`
}

func thingAt(n byte, name string, version uint64) Answer[thing] {
	id := ledger.ID{n}.String()
	return Answer[thing]{Body: thing{id, name, version}, Version: version, Seq: version, Location: "/v1/things/" + id}
}

// things registers all operations of the noun.
func things(s *Server) {
	n := Noun{Server: s, Article: "a", Name: "thing", Plural: "things", PageDoc: "Things a page.", PatchDoc: "A patch of a thing."}
	RegisterCreate(n, Operation{}, func(_ context.Context, d thingDraft) (Answer[thing], error) {
		if d.Name == "gone" {
			return Answer[thing]{}, DeletedSince("thing")
		}
		return thingAt(6, d.Name, 7), nil
	})
	RegisterList(n, Operation{Heavy: true}, func(_ context.Context, page Page) (list thingList, err error) {
		for i := page.After[0] + 1; i <= 5 && len(list.Things) < page.Limit; i++ {
			list.Things = append(list.Things, thingAt(i, "old", 1).Body)
			if len(list.Things) == page.Limit && i < 5 {
				list.NextCursor = page.Next(ledger.ID{i})
			}
		}
		return list, nil
	})
	RegisterGet(n, Operation{Summary: "Look at a thing"}, func(_ context.Context, id ledger.ID) (Answer[thing], error) {
		return thingAt(id[0], "old", 3), nil
	})
	RegisterPatch(n, Operation{}, func(_ context.Context, id ledger.ID, d thingDraft, version uint64) (Answer[thing], error) {
		return thingAt(id[0], d.Name, max(version, 4)), nil
	})
	RegisterDelete(n, Operation{}, func(_ context.Context, _ ledger.ID, version uint64) (ledger.Done, error) {
		return ledger.Done{Seq: max(version, 5), Replayed: version == 9}, nil
	})
}

func TestOperationsOfANoun(t *testing.T) {
	r := newRig(t, things)
	one := "/v1/things/" + ledger.ID{2}.String()
	w := r.send("POST", "/v1/things", `{"name":"new"}`).do()
	require.Equal(t, 201, w.Code, w.Body.String())
	require.Equal(t, []string{`"7"`, "7", "/v1/things/" + ledger.ID{6}.String()},
		[]string{w.Header().Get("ETag"), w.Header().Get("Kundi-Seq"), w.Header().Get("Location")})
	r.send("POST", "/v1/things", `{"name":""}`).refused(422, "invalid-request")
	require.Contains(t, r.send("POST", "/v1/things", `{"name":"gone"}`).refused(410, "deleted-since").Detail, "its thing has been deleted")

	require.Equal(t, 200, r.send("GET", one).do().Code)
	require.Equal(t, 304, r.send("GET", one).with("If-None-Match", `"3"`).do().Code)
	require.Contains(t, r.send("GET", "/v1/things/2").refused(404, "not-found").Detail, "thing")
	require.Equal(t, `"8"`, r.send("PATCH", one, `{"name":"x"}`).with("If-Match", `"8"`).do().Header().Get("ETag"))
	require.Equal(t, `"4"`, r.send("PATCH", one, `{"name":"x"}`).do().Header().Get("ETag"), "any version")
	require.Equal(t, []string{"If-Match"}, placesOf(r.send("PATCH", one, `{"name":"x"}`).with("If-Match", "8").refused(422, "invalid-header")))
	p := r.send("POST", "/v1/things", `{"name":"x"}`).with("If-Match", `"8"`).refused(422, "invalid-header")
	require.Equal(t, []ProblemError{{Location: "If-Match", Detail: "is not taken here: this request does not look at a version"}}, p.Errors)
	require.Equal(t, 200, r.send("GET", one).with("If-Match", `"8"`).do().Code, "who reads loses nothing")
	w = r.send("DELETE", one).with("If-Match", `"9"`).do()
	require.Equal(t, 204, w.Code)
	require.Equal(t, []string{"9", "true"}, []string{w.Header().Get("Kundi-Seq"), w.Header().Get("Idempotency-Replayed")})
	r.send("DELETE", one).with("If-Match", "*, *").refused(422, "invalid-header")
}

func TestANounIsListedPageByPage(t *testing.T) {
	r := newRig(t, things)
	var names []string
	cursor, pages := "", 0
	for pages == 0 || cursor != "" {
		var list thingList
		require.NoError(t, json.Unmarshal(r.send("GET", "/v1/things?limit=2&cursor="+cursor).do().Body.Bytes(), &list))
		for _, one := range list.Things {
			names = append(names, one.ID[:2])
		}
		cursor, pages = list.NextCursor, pages+1
	}
	require.Equal(t, []string{"01", "02", "03", "04", "05"}, names)
	require.Equal(t, 3, pages)
	foreign := r.server.Cursors.SealNumber(7, "list-things")
	for _, wrong := range []string{"x", foreign, r.server.Cursors.Seal(make([]byte, 16), "list-others")} {
		r.send("GET", "/v1/things?cursor="+wrong).refused(422, "invalid-cursor")
	}
	r.send("GET", "/v1/things?limit=1001").refused(422, "invalid-request")
}

// TestANounIsDescribedInItsWords: no brace of a tag is left.
func TestANounIsDescribedInItsWords(t *testing.T) {
	r := newRig(t, things)
	paths := r.server.OpenAPI().Paths
	one := paths["/v1/things/{id}"]
	require.Equal(t, []string{"create-thing", "list-things", "get-thing", "update-thing", "delete-thing"}, []string{
		paths["/v1/things"].Post.OperationID, paths["/v1/things"].Get.OperationID, one.Get.OperationID, one.Patch.OperationID, one.Delete.OperationID,
	})
	require.Equal(t, []string{"Make a thing", "List the things", "Look at a thing", "Change a thing", "Delete a thing"}, []string{
		paths["/v1/things"].Post.Summary, paths["/v1/things"].Get.Summary, one.Get.Summary, one.Patch.Summary, one.Delete.Summary,
	})
	require.Equal(t, "A patch of a thing.", one.Patch.RequestBody.Description)
	var docs []string
	for _, p := range append(paths["/v1/things"].Get.Parameters, one.Delete.Parameters...) {
		docs = append(docs, p.Description)
	}
	require.Subset(t, docs, []string{"Things a page.", "The id of the thing.", "The ETag that the thing must still have, else 412."})
	for _, doc := range docs {
		require.NotContains(t, doc, "{")
	}
}

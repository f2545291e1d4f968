package api

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/api/wire"
)

func TestMembersFromAFile(t *testing.T) {
	h := newHarness(t)
	a := h.create(object{"email": "a@example.org", "identifier": "=7"})
	b := h.create(object{"phone": "+254722123456"})
	c := h.create(object{"identifier": "c-1"})
	static, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "s", "kind": "static"}), 201)
	path := "/v1/segments/" + static.ID
	nobody := "no contact has this id, identifier, e-mail or phone"
	for name, one := range map[string]struct {
		media, text string
		members     []string
		rejects     []rejectBody
	}{
		"head":    {wire.CSVMedia, "name,Email,phone\r\n\"x\ny\",A@example.org,\r\nx,,0722 123456\r\nx,none@example.org,\r\nx,,\r\n", []string{a.ID}, []rejectBody{{4, "not a number of this region"}, {5, "no contact has this email"}, {6, "must be the id of a contact"}}},
		"no head": {"text/csv; charset=utf-8", "\ufeffc-1\n" + a.ID + "\n\n+254722123456\n?\n'=7", []string{a.ID, b.ID, c.ID}, []rejectBody{{5, nobody}}},
		"spread":  {wire.CSVMedia, "\ufeff\"Name\";\"Identifier\"\r\n\"x;y\";c-1\r\n", []string{c.ID}, nil},
		"tabs":    {wire.CSVMedia, "name\tid\nx,y\t" + b.ID + "\n", []string{b.ID}, nil},
		"plain":   {wire.CSVMedia, "identifier\nc-1\n", []string{c.ID}, nil},
		"marked":  {wire.NDJSONMedia, "\ufeff\"c-1\"\n", []string{c.ID}, nil},
		"lines":   {"application/ndjson", "\"c-1\"\n\n{\"email\": \"a@example.org\", \"x\": 1}\n{\"x\": 1}\n\"?\"", []string{a.ID, c.ID}, []rejectBody{{4, "must be the id of a contact"}, {5, nobody}}},
	} {
		ok[segmentBody](h.call("PATCH", path, object{"pinned": nil}), 200)
		done, header := ok[picksBody](h.call("POST", path+"/members", one.text).with("Content-Type", one.media), 200)
		got, _ := ok[segmentBody](h.call("GET", path), 200)
		require.Equal(t, one.members, got.Pinned, name)
		require.EqualValues(t, len(one.members), done.Added, name)
		require.Equal(t, done.Lines-done.Matched, len(one.rejects), name)
		for i, r := range one.rejects {
			require.Equal(t, r.Line, done.Rejects[i].Line, name)
		}
		require.NotEmpty(t, header.Get("Kundi-Seq"))
	}
	quoted := h.call("POST", path+"/members", "id\n\"a\"b,c\n").with("Content-Type", wire.CSVMedia).problem(400, "malformed-file")
	require.Equal(t, "must be CSV: a quotation mark is out of place in line 2", quoted.Errors[0].Detail)
	h.call("POST", path+"/members", "[1]\n").with("Content-Type", wire.NDJSONMedia).problem(400, "malformed-file")
	for _, media := range []string{wire.CSVMedia, wire.NDJSONMedia} {
		for _, text := range []string{"", "\n \n", "\ufeff\n", "\xff\n"} {
			p := h.call("POST", path+"/members", text).with("Content-Type", media).problem(400, "malformed-file")
			require.Equal(t, []string{"body"}, locations(p))
		}
	}
	ok[segmentBody](h.call("PATCH", path, object{"pinned": nil}), 200)
	for _, text := range []string{"contact,name\nc-1,Ada\n", "c-1,\nc-1,Ada\n"} {
		p := h.call("POST", path+"/members", text).with("Content-Type", wire.CSVMedia).problem(400, "malformed-file")
		require.Equal(t, "must have one column, or a column with one of the heads id, identifier, email, phone", p.Errors[0].Detail)
	}
	ok[picksBody](h.call("POST", path+"/members", "c-1,\n"+a.ID+", \n").with("Content-Type", wire.CSVMedia), 200)
	after, _ := ok[segmentBody](h.call("GET", path), 200)
	require.Equal(t, []string{a.ID, c.ID}, after.Pinned)
	h.call("POST", path+"/members", "a\n").with("Content-Type", "text/plain").problem(415, "unsupported-media-type")
	h.call("POST", path+"/exclusions", "a\n").with("Content-Type", wire.CSVMedia).problem(415, "unsupported-media-type")
}

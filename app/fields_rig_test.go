package app

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// object is a JSON object.
type object = map[string]any

// fieldsRig is a whole Kundi over a folder, asked as the owner of the folder is served.
type fieldsRig struct {
	*App
	t       *testing.T
	handler http.Handler
	made    int // records, so that each gets values of its own
	links   []any
}

func newFieldsRig(t *testing.T) *fieldsRig {
	t.Helper()
	r := &fieldsRig{t: t}
	r.open(t.TempDir())
	t.Cleanup(func() { require.NoError(t, r.Close(t.Context())) })
	for i := range 8 {
		company := r.in(t).call("POST", "/v1/companies", object{"name": fmt.Sprint(names[i], " Works"), "city": "Embu"}, 201)
		r.links = append(r.links, company["id"])
	}
	return r
}

func (r *fieldsRig) open(folder string) {
	r.t.Helper()
	var err error
	r.App, err = Open(r.t.Context(), quietConfig(folder))
	require.NoError(r.t, err)
	listener, err := r.Listen()
	require.NoError(r.t, err)
	r.handler = listener.owner.Handler
	listener.tcp.Close()
	listener.socket.Close()
}

// caller asks on behalf of a test.
type caller struct {
	*fieldsRig
	t *testing.T
}

func (r *fieldsRig) in(t *testing.T) caller { return caller{r, t} }

// send sends a request and returns the answer, which must have the status.
func (c caller) send(method, target, accept string, body any, want int) *httptest.ResponseRecorder {
	c.t.Helper()
	text, err := json.Marshal(body)
	require.NoError(c.t, err)
	if body == nil {
		text = nil
	}
	request := httptest.NewRequest(method, target, bytes.NewReader(text))
	request.Host = "localhost"
	request.Header.Set("Accept", accept)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, request)
	require.Equal(c.t, want, w.Code, "%s %s %s: %s", method, target, text, w.Body)
	return w
}

// call sends a request and returns the JSON object of the answer.
func (c caller) call(method, target string, body any, want int) (answer object) {
	c.t.Helper()
	w := c.send(method, target, "application/json", body, want)
	if w.Body.Len() > 0 {
		require.NoError(c.t, json.Unmarshal(w.Body.Bytes(), &answer))
	}
	return answer
}

// lines are the records of a list as NDJSON, by id.
func (c caller) lines(target string) map[any]object {
	c.t.Helper()
	byID := map[any]object{}
	decoder := json.NewDecoder(c.send("GET", target, "application/x-ndjson", nil, 200).Body)
	for decoder.More() {
		var line object
		require.NoError(c.t, decoder.Decode(&line))
		byID[line["id"]] = line
	}
	return byID
}

// cells are the rows of a list as CSV: the text, its header, and each row by its id.
func (c caller) cells(target string) (text string, header []string, byID map[any]map[string]string) {
	c.t.Helper()
	text = c.send("GET", target, "text/csv", nil, 200).Body.String()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(c.t, err)
	byID = map[any]map[string]string{}
	for _, row := range rows[1:] {
		cells := map[string]string{}
		for i, name := range rows[0] {
			cells[name] = row[i]
		}
		byID[cells["id"]] = cells
	}
	return text, rows[0], byID
}

// madeAt is where records are made.
func (k *kindOfRecord) madeAt() string { return cmp.Or(k.made, k.path) }

// create makes a record.
func (k *kindOfRecord) create(c caller, draft object) object {
	c.t.Helper()
	if k.make != nil {
		return k.make(c, draft)
	}
	return c.call("POST", k.madeAt(), draft, 201)
}

// key is the field by which each record of the test is found.
func (k *kindOfRecord) key() string { return cmp.Or(k.keyField, "id") }

// path is where a record is.
func (k *kindOfRecord) pathOf(record object) string { return k.path + "/" + record["id"].(string) }

// valueIn is the value of a field in a record on the wire, nil for none.
func valueIn(record object, field string) any {
	at := strings.Split(field, ".")
	if field == "company_id" {
		at = []string{"company", "id"}
	}
	var value any = record
	for _, name := range at {
		inner, is := value.(object)
		if !is {
			return nil
		}
		value = inner[name]
	}
	return value
}

// with is a draft that says a field, too.
func with(draft object, field string, value any) object {
	out := object{}
	for name, v := range draft {
		out[name] = v
	}
	outer, key, nested := strings.Cut(field, ".")
	if !nested || outer != "attributes" && outer != "consent" {
		out[field] = value
		return out
	}
	inner := object{}
	if before, is := draft[outer].(object); is {
		for name, v := range before {
			inner[name] = v
		}
	}
	inner[key] = value
	out[outer] = inner
	return out
}

// onWire is a value as JSON gives it back.
func onWire(value any) (back any) {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	if err := json.Unmarshal(text, &back); err != nil {
		panic(err)
	}
	return back
}

// versionOf is the number of the change that a record is as of.
func versionOf(record object) uint64 { return uint64(record["version"].(float64)) }

func query(target string, members ...string) string {
	values := url.Values{}
	for i := 0; i < len(members); i += 2 {
		values.Set(members[i], members[i+1])
	}
	return target + "?" + values.Encode()
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }

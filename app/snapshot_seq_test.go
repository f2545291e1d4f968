package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// membership is that a contact came into a segment, or left it, by the change with a number.
type membership struct {
	seq     uint64
	contact string
	in      bool
}

// memberWriter writes contacts of its own, and keeps what that says of the segment of Nairobi.
type memberWriter struct {
	rig    *peopleRig
	random *rand.Rand
	said   []membership
	city   map[string]string // of those who are there
	order  []string          // their ids
	merged [][3]string       // survivor, absorbed, merge: the newest last
}

// write sends a request and returns the number of its change, and the answer.
func (w *memberWriter) write(method, target string, body object) (uint64, object) {
	text, _ := json.Marshal(body)
	request := httptest.NewRequest(method, target, bytes.NewReader(text))
	request.Host = "localhost"
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	w.rig.handler.ServeHTTP(answer, request)
	seq, err := strconv.ParseUint(answer.Header().Get("Kundi-Seq"), 10, 64)
	if err != nil || answer.Code >= 300 {
		panic(fmt.Sprint(method, " ", target, ": ", answer.Code, " ", answer.Body))
	}
	var got object
	_ = json.Unmarshal(answer.Body.Bytes(), &got)
	return seq, got
}

func (w *memberWriter) say(seq uint64, contact string, in bool) {
	w.said = append(w.said, membership{seq, contact, in})
}

func (w *memberWriter) someCity() string { return []string{"Nairobi", "Kisumu"}[w.random.IntN(2)] }

func (w *memberWriter) someone() string { return w.order[w.random.IntN(len(w.order))] }

func (w *memberWriter) forget(contact string) {
	w.order = slices.DeleteFunc(w.order, func(id string) bool { return id == contact })
}

// step does one thing to one contact or two.
func (w *memberWriter) step() {
	kind := w.random.IntN(8)
	switch {
	case kind < 2 || len(w.order) < 3:
		city := w.someCity()
		seq, made := w.write("POST", "/v1/contacts", object{"name": "Ada", "city": city})
		id := made["id"].(string)
		w.order, w.city[id] = append(w.order, id), city
		w.say(seq, id, city == "Nairobi")
	case kind < 5:
		id, city := w.someone(), w.someCity()
		seq, _ := w.write("PATCH", "/v1/contacts/"+id, object{"city": city})
		w.city[id] = city
		w.say(seq, id, city == "Nairobi")
	case kind == 5:
		id := w.someone()
		seq, _ := w.write("DELETE", "/v1/contacts/"+id, nil)
		w.forget(id)
		w.merged = slices.DeleteFunc(w.merged, func(m [3]string) bool { return m[0] == id })
		w.say(seq, id, false)
	case kind == 6:
		survivor, absorbed := w.someone(), w.someone()
		if survivor == absorbed {
			return
		}
		seq, answer := w.write("POST", "/v1/contacts/"+survivor+"/merge", object{"contact_id": absorbed})
		list := answer["absorbed"].([]any)
		w.forget(absorbed)
		w.merged = append(w.merged, [3]string{survivor, absorbed, list[len(list)-1].(object)["merge_id"].(string)})
		w.say(seq, absorbed, false)
	case len(w.merged) > 0:
		m := w.merged[len(w.merged)-1]
		if !slices.Contains(w.order, m[0]) {
			return // it was absorbed itself
		}
		seq, _ := w.write("POST", "/v1/merges/"+m[2]+"/undo", nil)
		w.merged, w.order = w.merged[:len(w.merged)-1], append(w.order, m[1])
		w.say(seq, m[1], w.city[m[1]] == "Nairobi")
	}
}

// TestSnapshotsAreExactForTheirSeq takes snapshots while contacts are written, merged, parted and deleted.
// Each has the contacts that the changes up to its number leave in the segment, and no others.
func TestSnapshotsAreExactForTheirSeq(t *testing.T) {
	rig := newPeopleRig(t, t.TempDir())
	defer func() { require.NoError(t, rig.Close(t.Context())) }()
	filter := object{"combinator": "and", "rules": []object{rule("city", "eq", "Nairobi")}}
	segment := "/v1/segments/" + rig.expect(201, "POST", "/v1/segments", object{"name": "Nairobi", "filter": filter})["id"].(string)
	rig.expect(201, "POST", segment+"/refresh", nil) // nobody: what came since are all members

	var writing sync.WaitGroup
	enough := make(chan struct{})
	stop := sync.OnceFunc(func() { close(enough); writing.Wait() })
	defer stop()
	writers := make([]*memberWriter, 4)
	for i := range writers {
		w := &memberWriter{rig: rig, random: rand.New(rand.NewPCG(uint64(i), 16)), city: map[string]string{}}
		writers[i] = w
		writing.Go(func() {
			for {
				select {
				case <-enough:
					return
				default:
					w.step()
				}
			}
		})
	}
	for taken := 0; taken < 60; {
		if status, _ := rig.call("POST", segment+"/refresh", nil); status == 201 {
			taken++
		}
	}
	stop()
	var said []membership
	for _, w := range writers {
		said = append(said, w.said...)
	}
	slices.SortFunc(said, func(a, b membership) int { return int(a.seq) - int(b.seq) })
	snapshots := objectsIn(rig.expect(200, "GET", segment+"/snapshots?limit=1000", nil), "snapshots")
	require.Len(t, snapshots, 61)
	for _, s := range snapshots {
		require.Equal(t, membersAt(said, uint64(s["seq"].(float64))), rig.membersOfSnapshot(segment, s["n"]), "snapshot %v", s)
	}
}

// membersAt are the members after the change with a number, in the order of their ids.
func membersAt(said []membership, seq uint64) (ids []string) {
	in := map[string]bool{}
	for _, one := range said {
		if one.seq <= seq {
			in[one.contact] = one.in
		}
	}
	for id, is := range in {
		if is {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// membersOfSnapshot are those of a snapshot as it was taken, with those who are gone by now, when the first
// one has nobody.
func (r *peopleRig) membersOfSnapshot(segment string, n any) (ids []string) {
	for cursor := ""; ; {
		page := r.expect(200, "GET", fmt.Sprint(segment, "/changes?from=1&to=", n, "&limit=1000", cursor), nil)
		for _, one := range objectsIn(page, "entered") {
			ids = append(ids, one["id"].(string))
		}
		next, more := page["next_cursor"].(string)
		if !more {
			slices.Sort(ids)
			return ids
		}
		cursor = "&cursor=" + next
	}
}

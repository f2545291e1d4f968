package app

import (
	"slices"

	"github.com/stretchr/testify/require"
)

// testChoice demands that a merge by choice gives one who has a value that of the other; that a
// rehearsal says so before, and writes nothing; and that the undo gives back both.
func (f *fieldTest) testChoice() {
	if !f.kind.merges {
		return
	}
	f.t.Helper()
	if _, fixed := f.kind.notChosen[f.field.Name]; fixed {
		f.testNotChosen(f.kind.create(f.caller, f.kind.bare(f.next())))
		return
	}
	n, m := f.next(), f.next() // next to each other, so that the values differ
	ours, theirs := f.value(n), f.value(m)
	survivor := f.kind.create(f.caller, with(f.kind.bare(n), f.field.Name, ours))
	absorbed := f.kind.create(f.caller, with(f.kind.bare(m), f.field.Name, theirs))
	path, other := f.kind.pathOf(survivor)+"/merge", string(f.kind.entity)+"_id"
	order := object{other: absorbed["id"], "choose": object{f.field.Name: "absorbed"}}

	head := f.Store.Head()
	rehearsed := f.call("POST", path, with(order, "dry_run", true), 200)[string(f.kind.entity)].(object)
	require.Equal(f.t, head, f.Store.Head(), "a rehearsal has written")
	require.Equal(f.t, survivor, f.call("GET", f.kind.pathOf(survivor), nil, 200), "a rehearsal has changed the survivor")
	require.Equal(f.t, absorbed, f.call("GET", f.kind.pathOf(absorbed), nil, 200), "a rehearsal has changed the absorbed one")

	merged := f.call("POST", path, order, 200)
	require.Equal(f.t, valueIn(rehearsed, f.field.Name), valueIn(merged, f.field.Name), "a rehearsal says another value")
	require.True(f.t, begins(valueIn(merged, f.field.Name), theirs), "%v was chosen, not %v", theirs, valueIn(merged, f.field.Name))
	id := merged["absorbed"].([]any)[0].(object)["merge_id"].(string)
	restored := f.call("POST", "/v1/merges/"+id+"/undo", nil, 200)
	require.Equal(f.t, theirs, valueIn(restored, f.field.Name), "an undo does not give back what was chosen")
	parted := f.call("GET", f.kind.pathOf(survivor), nil, 200)
	require.Equal(f.t, ours, valueIn(parted, f.field.Name), "an undo does not give back what was not chosen")

	kept := f.call("POST", path, with(order, "choose", object{f.field.Name: "survivor"}), 200)
	id = kept["absorbed"].([]any)[0].(object)["merge_id"].(string)
	f.call("POST", "/v1/merges/"+id+"/undo", nil, 200)
}

// begins reports whether a value is another one, or a list that has those of the other first.
func begins(value, with any) bool {
	list, is := value.([]any)
	first, are := with.([]any)
	if !is || !are {
		return value == with
	}
	return len(list) >= len(first) && slices.EqualFunc(list[:len(first)], first, func(a, b any) bool { return toText(a) == toText(b) })
}

// testNotChosen demands that nobody can choose the field.
func (f *fieldTest) testNotChosen(survivor object) {
	if !f.kind.merges {
		return
	}
	f.t.Helper()
	absorbed := f.kind.create(f.caller, f.kind.bare(f.next()))
	order := object{string(f.kind.entity) + "_id": absorbed["id"], "choose": object{f.field.Name: "absorbed"}}
	problem := f.call("POST", f.kind.pathOf(survivor)+"/merge", order, 422)
	require.Equal(f.t, "invalid-merge", problem["type"])
	require.Equal(f.t, absorbed, f.call("GET", f.kind.pathOf(absorbed), nil, 200))
}

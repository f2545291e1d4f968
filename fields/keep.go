package fields

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/ndoto/kundi/fault"
)

// What may be kept of the snapshots of a segment.
const (
	DefaultKept = 100   // snapshots where nobody has said how many
	MaxKept     = 1_000 // snapshots
	maxKeptAge  = 10    // years
)

// Keep says which snapshots of a segment are kept: those that are among the newest, and are not too
// old. The zero value says nothing.
type Keep struct {
	Count int    `json:"count,omitempty"` // 1 to MaxKept
	Age   string `json:"age,omitempty"`   // a Span, "" for any age
}

// Patch returns it with a merge patch applied: null, or an object {count, age} as encoding/json decodes
// it with UseNumber. An object without a count means DefaultKept. It returns all faults, with their
// paths below path, and then the Keep is not valid.
func (k Keep) Patch(raw any, path string) (Keep, []fault.Fault) {
	if raw == nil {
		return Keep{}, nil
	}
	var faults []fault.Fault
	wrong := func(at, detail string) { faults = append(faults, fault.Fault{Path: at, Detail: detail}) }
	sent, isObject := raw.(map[string]any)
	if !isObject {
		wrong(path, "must be an object {count, age} or null")
		return k, faults
	}
	known, ok := 0, true
	if count, isSent := sent["count"]; isSent {
		known++
		if k.Count, ok = keptCount(count); !ok {
			wrong(path+".count", fmt.Sprintf("must be a whole number from 1 to %d, or null for %d", MaxKept, DefaultKept))
		}
	}
	if age, isSent := sent["age"]; isSent {
		known++
		if k.Age, ok = keptAge(age); !ok {
			wrong(path+".age", fmt.Sprintf("must be a number of years, months, weeks, days, hours or minutes like P90D, at most %d years, or null for any age", maxKeptAge))
		}
	}
	if known < len(sent) {
		wrong(path, "has an unknown member: the members are count and age")
	}
	k.Count = cmp.Or(k.Count, DefaultKept)
	return k, faults
}

// Members are those of an object that Patch reads, nil for the zero value.
func (k Keep) Members() any {
	if k == (Keep{}) {
		return nil
	}
	members := map[string]any{"count": json.Number(strconv.Itoa(k.Count)), "age": nil}
	if k.Age != "" {
		members["age"] = k.Age
	}
	return members
}

// keptCount reads how many snapshots are kept, 0 for null.
func keptCount(value any) (n int, ok bool) {
	if value == nil {
		return 0, true
	}
	number, isNumber := value.(json.Number)
	n, err := strconv.Atoi(number.String())
	return n, isNumber && err == nil && n >= 1 && n <= MaxKept
}

// keptAge reads for how long snapshots are kept, "" for null.
func keptAge(value any) (age string, ok bool) {
	if value == nil {
		return "", true
	}
	age, _ = value.(string)
	span, ok := ParseSpan(age)
	zero := time.Unix(0, 0).UTC()
	return age, ok && !span.After(zero, time.UTC).After(zero.AddDate(maxKeptAge, 0, 0))
}

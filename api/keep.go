package api

import (
	"cmp"

	"github.com/ndoto/kundi/fields"
)

// keepBody says which snapshots are kept.
type keepBody struct {
	Count int    `json:"count" doc:"How many of the newest." example:"100"`
	Age   string `json:"age,omitempty" doc:"For how long after they were evaluated; absent: however old they are." example:"P90D"`
}

// keepInput describes what may be sent of it. The domain reads it.
type keepInput struct {
	Count int    `json:"count,omitempty" minimum:"1" maximum:"1000" doc:"How many of the newest; absent or null: 100."`
	Age   string `json:"age,omitempty" pattern:"^P([1-9][0-9]{0,5}[YMWD]|T[1-9][0-9]{0,5}[HM])$" doc:"For how long after they were evaluated: years, months, weeks, days, hours or minutes, at most 10 years; absent or null: however old they are." example:"P90D"`
}

func wireKeep(k fields.Keep) keepBody {
	return keepBody{Count: cmp.Or(k.Count, fields.DefaultKept), Age: k.Age}
}

package app

import (
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/watch"
)

// noting is the index as watched segments know it.
type noting struct{ *index.Index }

func (n noting) Watch(filters []*filter.Filter) watch.Noted { return n.Index.Watch(filters) }

package api

import (
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"
)

// filterText is a filter as it was sent; package filter decodes it.
type filterText json.RawMessage

// Schema describes the tree of a filter.
func (filterText) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{}
}

package text

import (
	"cmp"
	"hash/crc32"
	"slices"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"
	bleve "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	zap "github.com/blevesearch/zapx/v17"
)

// segments is Bleve's format of segments. New segments of documents whose terms are ready are
// made here, with the same bytes. Bleve's own way looks at a map for each field of each
// document, twice, and took half of what a changed contact costs. All else is Bleve's: what a
// segment is read and merged with, and segments of other documents.
type segments struct{ *zap.ZapPlugin }

func init() { scorch.RegisterSegmentPlugin(segments{new(zap.ZapPlugin)}, true) }

// New implements scorch.SegmentPlugin.
func (s segments) New(docs []bleve.Document) (segment.Segment, uint64, error) {
	return s.NewUsing(docs, nil)
}

// NewUsing implements scorch.SegmentPlugin. It returns the segment and its number of bytes.
func (s segments) NewUsing(docs []bleve.Document, config map[string]any) (segment.Segment, uint64, error) {
	ready := make([]*readyDocument, len(docs))
	for i, d := range docs {
		r, ok := d.(*readyDocument)
		if !ok {
			return s.ZapPlugin.NewUsing(docs, config)
		}
		ready[i] = r
	}
	// Documents come in no order. In order of their ids those that belong together lie together.
	slices.SortFunc(ready, func(a, b *readyDocument) int { return cmp.Compare(a.id, b.id) })
	b := segmentBuilders.Get().(*segmentBuilder)
	defer segmentBuilders.Put(b)
	made, err := b.build(ready)
	if err != nil {
		return nil, 0, err
	}
	stats, _ := config[segment.StatsKey].(*segment.Stats)
	if stats == nil {
		stats = new(segment.Stats)
	}
	base, err := zap.InitSegmentBase(made.bytes, crc32.ChecksumIEEE(made.bytes), zap.DefaultChunkMode, uint64(len(ready)),
		made.stored, made.sections, config, stats)
	if err != nil {
		return nil, 0, err
	}
	return base, uint64(len(made.bytes)), nil
}

var segmentBuilders = sync.Pool{New: func() any { return newSegmentBuilder() }}

// idField is the field by which Bleve finds a document itself. It is the first one of a segment.
const idField = "_id"

// segmentFields are the names of the fields of documents, and what they are made with.
func segmentFields(docs []*readyDocument) []segmentField {
	fields := []segmentField{{name: idField, options: bleve.IndexField | bleve.StoreField}}
	seen := map[Field]bool{}
	for _, d := range docs {
		for i := range d.fields {
			if f := Field(d.fields[i].name); !seen[f] {
				seen[f] = true
				fields = append(fields, segmentField{name: string(f), options: d.fields[i].Options()})
			}
		}
	}
	slices.SortFunc(fields[1:], func(a, b segmentField) int { return strings.Compare(a.name, b.name) })
	return fields
}

// segmentField is one field of a segment that is made.
type segmentField struct {
	name    string
	options bleve.FieldIndexingOptions
	address uint64 // of what Bleve finds the dictionary by
}

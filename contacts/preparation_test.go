package contacts

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
)

// Who waits for drafts gets the panic of checking one, and nothing that was not
// checked.
func TestAPanicInPreparationIsOfWhoWaits(t *testing.T) {
	p := &preparation{items: make([]item, 1), ready: []chan struct{}{make(chan struct{})}}
	p.items[0].draft = fields.Draft{"phone": "0712345678", "attributes": map[string]any{"a": 1}}
	p.workers.Go(func() { p.check(0, nil) }) // which cannot do without a schema
	require.Panics(t, func() { p.wait(1) })
	p.finish()
}

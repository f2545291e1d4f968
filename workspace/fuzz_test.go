package workspace

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// FuzzDrafts sends any JSON as the members of settings and of definitions. Settings that are
// taken could be sent again.
func FuzzDrafts(f *testing.F) {
	for _, seed := range []string{`null`, `"x"`, `12`, `1e400`, `true`, `[]`, `["a",null,[1]]`, `{"a":{}}`, `"Africa/Nairobi"`, `"KE"`, `"KES"`, `"P2Y"`} {
		f.Add([]byte(seed))
	}
	s := ledger.NewSchema(fields.DefaultSettings(), nil, contacts.Kind, companies.Kind)
	f.Fuzz(func(t *testing.T, raw []byte) {
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.UseNumber()
		var sent any
		if decoder.Decode(&sent) != nil {
			sent = string(raw)
		}
		fields.ReadDefinition(fields.Draft{"key": sent, "type": sent, "options": sent, "schemes": sent, "min": sent}, s)
		after, _ := patchSettings(s.Settings, fields.Draft{
			"time_zone": sent, "currency": sent, "phone_region": sent, "week_start": sent, "keep_history": sent, "keep_snapshots": sent, "ai_people_per_hour": sent, "link_companies_by_domain": sent,
		})
		require.False(t, faultySettings(after))
	})
}

package filter

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHowFiltersMove(t *testing.T) {
	const (
		fixed = `{"field":"created_at","operator":"after","value":"2026-01-01"}`
		date  = `{"field":"attributes.renewal","operator":"not_within_next","value":"P30D"}`
		month = `{"field":"last_seen_at","operator":"in_this","value":"month"}`
		hour  = `{"field":"last_seen_at","operator":"within_last","value":"PT1H"}`
	)
	group := func(rules string) string { return `{"combinator":"and","rules":[` + rules + `]}` }
	saved := map[string]string{"daily": group(month), "always": group(hour)}
	for text, want := range map[string]Moves{
		``:           Stays,
		group(fixed): Stays,
		group(date):  Daily,
		group(month): Daily,
		group(hour):  Anytime,
		group(fixed + "," + group(month+","+hour)):                                                                                                      Anytime,
		group(`{"field":"attributes.renewal","operator":"anniversary_within","value":"P7D"}`):                                                           Daily,
		group(`{"field":"conversations","operator":"any","where":` + group(`{"field":"last_message_at","operator":"within_last","value":"P1D"}`) + `}`): Anytime,
		group(`{"field":"segment","operator":"not_in","value":["daily"]}`):                                                                              Daily,
		group(`{"field":"segment","operator":"in","value":["daily","always"]}`):                                                                         Anytime,
	} {
		f, err := Decoder{Schema: testSchema(), Segments: func(id string) (Saved, bool, error) {
			raw, known := saved[id]
			return Saved{Filter: []byte(raw)}, known, nil
		}}.Decode([]byte(text), "filter")
		require.NoError(t, err, text)
		require.Equal(t, want, MovesOf(f.Root), text)
	}
}

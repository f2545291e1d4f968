package filter

import (
	"fmt"
	"strings"
	"testing"
)

func BenchmarkDecode(b *testing.B) {
	var values strings.Builder
	for i := range MaxValues {
		fmt.Fprintf(&values, `%q,`, fmt.Sprintf("name %d", i))
	}
	for name, raw := range map[string]string{
		"typical": `{"combinator":"and","rules":[
			{"field":"type","operator":"eq","value":"customer"},
			{"field":"attributes.mrr","operator":"gte","value":100},
			{"combinator":"or","rules":[
				{"field":"country","operator":"in","value":["KE","TZ"]},
				{"field":"last_seen_at","operator":"within_last","value":"P30D"}]}]}`,
		"10000 values": english(`{"field":"name","operator":"in","value":[` + strings.TrimSuffix(values.String(), ",") + `]}`),
	} {
		b.Run(name, func(b *testing.B) {
			d := testDecoder()
			for b.Loop() {
				if _, err := d.Decode([]byte(raw), "filter"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

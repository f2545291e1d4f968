package contacts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/fields"
	_ "github.com/ndoto/kundi/repeatable"
)

// raws draws what a caller may send for a field, in forms that Coerce takes.
func raws(f fields.Field) *rapid.Generator[any] {
	text := rapid.StringOf(rapid.RuneFrom([]rune("aZ9 äßéłİǅﬁ漢ع' -\u0301\u200d😀")))
	return rapid.Custom(func(t *rapid.T) any {
		switch f.Type {
		case fields.FieldNumber:
			digits := rapid.Int64Range(-999_999_999_999_999, 999_999_999_999_999).Draw(t, "digits")
			if f.Attribute != nil && f.Attribute.Max != nil {
				return strconv.FormatInt(digits%10, 10)
			}
			return json.Number(strconv.FormatInt(digits, 10) + "e" + strconv.Itoa(rapid.IntRange(-300, 290).Draw(t, "exponent")))
		case fields.FieldCurrency:
			return fmt.Sprint(f.JSON(fields.IntValue(rapid.Int64Range(-fields.MaxMinorUnits, fields.MaxMinorUnits).Draw(t, "minor"))))
		case fields.FieldDate:
			return fields.FormatDay(rapid.Int64Range(-719_162, 2_932_896).Draw(t, "day"))
		case fields.FieldInstant:
			return fields.FormatInstant(rapid.Int64Range(-62_135_596_799_999, 253_402_300_799_999).Draw(t, "ms"))
		case fields.FieldCheckbox:
			return rapid.Bool().Draw(t, "checked")
		case fields.FieldEmail:
			return rapid.StringMatching(`[A-Za-z0-9.+é_]{1,20}@[a-zA-Zü0-9]{1,10}\.(example|COM)`).Draw(t, "email")
		case fields.FieldPhone:
			return rapid.StringMatching(`(\+(1|7|20|33|39|44|49|52|54|55|65|81|86|91|225|254|351|598|800|870)|07|0)?[0-9]{3} ?[0-9 ]{4,8}`).Draw(t, "phone")
		case fields.FieldLink:
			if f.Name == "attributes.mailing" {
				return "mailto:" + text.Draw(t, "mail")
			}
			return rapid.StringMatching(`(HTTP|https)://[a-zä.]{1,12}(:[0-9]{1,4})?(/[ -~é]{0,9})?`).Draw(t, "link")
		case fields.FieldOption:
			if f.Standard != nil && f.Standard.Unset != "" {
				return rapid.SampledFrom([]any{"subscribed", "unsubscribed", "unknown", "visitor"}).Draw(t, "word")
			}
			return rapid.SampledFrom([]any{"visitor", "lead", "ke", "XK", "FREE", "größe", json.Number("12")}).Draw(t, "option")
		case fields.FieldMany:
			if f.Name == "identities" {
				return rapid.SliceOfN(rapid.StringMatching(`(sms|live_chat):[A-Za-z0-9:é]{1,9}`).AsAny(), 1, 5).Draw(t, "identities")
			}
			if f.Name == "labels" {
				return rapid.SliceOfN(text.AsAny(), 0, 9).Draw(t, "labels")
			}
			return rapid.SliceOf(rapid.SampledFrom([]any{"tea", "COFFEE", "email", "sms", "live_chat", ""})).Draw(t, "members")
		}
		return text.Draw(t, "text")
	})
}

// What is answered can be sent back and means the same.
func TestLawJSONComesBack(t *testing.T) {
	s := testSchema(t)
	all := slices.Clone(StandardFields)
	for _, a := range s.Attributes() {
		all = append(all, field(t, s, fields.AttributePrefix+a.Key))
	}
	for _, f := range all {
		accepted := 0
		t.Run(f.Name, rapid.MakeCheck(func(t *rapid.T) {
			v, fault := s.Coerce(f, raws(f).Draw(t, "raw"))
			if fault != "" {
				t.SkipNow()
			}
			accepted++
			wire, err := json.Marshal(f.JSON(v))
			require.NoError(t, err)
			again, fault := s.Coerce(f, decodeJSON(t, wire))
			require.Empty(t, fault, "%s", wire)
			require.Equal(t, v, again, "%s", wire)
			if v.Kind == fields.KindNumber {
				require.False(t, math.Signbit(v.Float) && v.Float == 0)
			}
		}))
		require.Positive(t, accepted, f.Name) // rapid itself fails when most draws are skipped
	}
}

// No field of any type knows what pasting brings along.
func TestLawPastedIsNotSeen(t *testing.T) {
	s := testSchema(t)
	all := append([]fields.Field{}, StandardFields...)
	for _, a := range s.Attributes() {
		all = append(all, field(t, s, fields.AttributePrefix+a.Key))
	}
	marks := rapid.SampledFrom([]string{"\u200b", "\u200e", "\u202a", "\u2069", "\ufeff", "\u00ad"})
	for _, f := range all {
		accepted := 0
		t.Run(f.Name, rapid.MakeCheck(func(t *rapid.T) {
			raw := raws(f).Draw(t, "raw")
			if members, several := raw.([]any); several && len(members) > 0 {
				raw = members[0]
			}
			text := fmt.Sprint(raw)
			want, fault := s.CoerceMember(f, text)
			if fault != "" {
				t.SkipNow()
			}
			accepted++
			at := rapid.IntRange(0, len([]rune(text))).Draw(t, "at")
			runes := []rune(text)
			got, fault := s.CoerceMember(f, marks.Draw(t, "before")+string(runes[:at])+marks.Draw(t, "within")+string(runes[at:]))
			require.Empty(t, fault)
			require.Equal(t, want, got)
		}))
		require.Positive(t, accepted, f.Name)
	}
}

func decodeJSON(t require.TestingT, wire []byte) any {
	var raw any
	decoder := json.NewDecoder(bytes.NewReader(wire))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&raw))
	return raw
}

// patchDrafts draws merge patches over a few fields of every sort.
func patchDrafts() *rapid.Generator[fields.Draft] {
	text := rapid.SampledFrom([]any{nil, "", "Ada", "Bob", " King "})
	return rapid.Custom(func(t *rapid.T) fields.Draft {
		d := fields.Draft{}
		for _, name := range []string{"name", "first_name", "last_name", "city"} {
			if rapid.Bool().Draw(t, name+"?") {
				d[name] = text.Draw(t, name)
			}
		}
		maybe := func(name string, values ...any) {
			if rapid.Bool().Draw(t, name+"?") {
				d[name] = rapid.SampledFrom(values).Draw(t, name)
			}
		}
		maybe("email", nil, "a@b.example", "A@b.example", "c@d.example")
		maybe("type", "visitor", "lead", "customer")
		maybe("labels", nil, []any{}, []any{"a"}, []any{"b", "A", "a"})
		maybe("channels", []any{"live_chat", "email"}, nil)
		attributes := map[string]any{}
		for key, values := range map[string][]any{
			"notes": {nil, "x", "y"}, "score": {nil, "1", "2"}, "vip": {nil, true, false}, "interests": {nil, []any{"tea"}, []any{}},
		} {
			if rapid.Bool().Draw(t, key+"?") {
				attributes[key] = rapid.SampledFrom(values).Draw(t, key)
			}
		}
		if len(attributes) > 0 {
			d["attributes"] = attributes
		}
		return d
	})
}

// The laws of a merge patch: an empty one changes nothing, one that was
// applied changes nothing more, the base stays as it was, and what two say in
// turn of a plain field the last one decides.
func TestLawsOfMergePatch(t *testing.T) {
	s := testSchema(t)
	drawn, applied := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		drawn++
		first := patchDrafts().Draw(t, "first")
		first["identifier"] = "1" // so that no name is needed
		base, faults := ApplyDraft(s, nil, first)
		require.Empty(t, faults)
		kept := base.Clone()

		unchanged, faults := ApplyDraft(s, base, fields.Draft{})
		require.Empty(t, faults)
		require.True(t, Kind.Same(base, unchanged))

		second := patchDrafts().Draw(t, "second")
		once, faults := ApplyDraft(s, base, second)
		require.Empty(t, faults)
		twice, faults := ApplyDraft(s, once, second)
		require.Empty(t, faults)
		require.True(t, Kind.Same(once, twice), "%+v %+v", once, twice)
		require.True(t, Kind.Same(base, kept))

		for _, name := range []string{"city", "email", "labels", "channels"} {
			f, _ := s.Field(name)
			want := Kind.Value(f, base)
			if raw, sent := second[name]; sent {
				want, _ = s.Coerce(f, raw)
			}
			require.Equal(t, want, Kind.Value(f, once), name)
		}
		require.True(t, slices.IsSortedFunc(once.Attributes, func(a, b fields.Attribute) int { return int(a.Number) - int(b.Number) }))
		for _, a := range once.Attributes {
			require.False(t, a.Value.IsMissing())
		}
		require.NotEqual(t, TypeVisitor, once.Type)
		if !Kind.Same(base, once) {
			applied++
		}
	})
	require.Greater(t, applied, drawn/2, "most patches change something")
}

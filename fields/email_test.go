package fields

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/words"
)

// Every way of writing one address is one address.
func TestEmailsThatLookAlike(t *testing.T) {
	s := sampleSchema(t)
	email := sampleField(t, s, "email")
	for _, test := range []struct {
		stored string
		typed  []string
	}{
		{"kim@firma.example", []string{
			"kim@firma。example", "kim@firma．example", "kim@firma｡example", "kim@ｆｉｒｍａ.example", "kim@fir\u00adma.example", "\u202akim@firma.example\u202c",
			"kim\u200b@firma.example", "kim@firma\u200d.example", "\ufeffkim@firma.example", "kim＠firma.example", "kim@firma.example\u2069", "kim@firma\ufe0f.example",
		}},
		{"kim@bücher.example", []string{
			"kim@xn--bcher-kva.example", "kim@XN--BCHER-KVA.EXAMPLE", "kim@BÜCHER.example", "kim@bu\u0308cher.example", "kim@bücher。example",
		}},
		{"kim@例え.テスト", []string{"kim@xn--r8jz45g.xn--zckzah", "kim@例え．テスト"}},
		{"kim@straße.example", []string{"kim@xn--strae-oqa.example"}},
		{"Kim.O'Hara@Firma.Example", []string{" Kim.O'Hara@Firma.Example\t"}}, // as typed
	} {
		for _, typed := range append(test.typed, test.stored) {
			v, fault := s.Coerce(email, typed)
			require.Empty(t, fault, "%q", typed)
			require.Equal(t, test.stored, v.Text, "%q", typed)
			require.Equal(t, ClaimedEmail(test.stored), CanonicalEmail(words.VisibleText(typed)), "%q", typed)
		}
	}
	for _, other := range [][2]string{{"kim@straße.example", "kim@strasse.example"}, {"kím@firma.example", "kim@firma.example"}, {"ｋｉｍ@firma.example", "kim@firma.example"}} {
		require.NotEqual(t, CanonicalEmail(other[0]), CanonicalEmail(other[1]))
	}
	for _, bad := range []string{"kim@xn--0.example", "kim@firma", "kim@xn--bcher-kva", "＠firma.example", "kim＠firma＠example", "kim@firma。。example", "kim@１９２.168.0.1"} {
		_, fault := s.Coerce(email, bad)
		require.Equal(t, expectedEmail, fault, "%q", bad)
	}
}

// What an address is copied with is no part of it.
func TestEmailsAsTheyAreCopied(t *testing.T) {
	for _, typed := range []string{
		"mailto:kim+a@firma.example", "MAILTO:kim%2Ba@firma.example?subject=Hello%20you", "<kim+a@firma.example>", "< mailto:kim+a@firma.example >",
		"kim+a@firma.example.", "mailto:kim+a%E2%80%8B%40firma.example",
	} {
		v, fault := CoerceEmail(typed)
		require.Empty(t, fault, "%q", typed)
		require.Equal(t, "kim+a@firma.example", v.Text, "%q", typed)
	}
}

func TestEmailPart(t *testing.T) {
	for _, test := range []struct{ typed, part string }{
		{"@Firma", "@firma"},
		{"KIM@xn--bcher-kva.exam", "kim@bücher.exam"},
		{"xn--bcher-kva.example", "bücher.example"},
		{".XN--BCHER-KVA.", ".bücher."},
		{"@ｆｉｒｍａ。ex", "@firma.ex"},
		{"firma。example", "firma.example"},
		{"BÜCHER", "bücher"},
		{"＠firma", "@firma"},
		{"xn--", ""},
		{"xn--!", "xn--!"},
	} {
		if test.part == "" {
			test.part = test.typed
		}
		require.Equal(t, test.part, EmailPart(test.typed), "%q", test.typed)
	}
}

// What is stored is in its one form, and compares as what was typed.
func TestLawEmailHasOneForm(t *testing.T) {
	s := sampleSchema(t)
	email := sampleField(t, s, "email")
	labels := rapid.SampledFrom([]string{"firma", "FIRMA", "bücher", "xn--bcher-kva", "例え", "ｗｉｄｅ", "straße", "a\u00adb", "xn--fiqs8s", "σίσυφος", "x-1"})
	dots := rapid.SampledFrom([]string{".", "。", "．"})
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.StringMatching(`[A-Za-zé.+]{1,9}`).Draw(t, "local") + "@" + labels.Draw(t, "1") + dots.Draw(t, ".") + labels.Draw(t, "2")
		v, fault := s.Coerce(email, typed)
		if fault != "" {
			t.SkipNow()
		}
		again, fault := s.Coerce(email, v.Text)
		require.Empty(t, fault)
		require.Equal(t, v, again)
		require.Equal(t, ClaimedEmail(v.Text), CanonicalEmail(words.VisibleText(typed)))
		require.Equal(t, CanonicalEmail(v.Text), EmailPart(v.Text))
		require.Equal(t, EmailPart(v.Text), EmailPart(EmailPart(v.Text)))
	})
}

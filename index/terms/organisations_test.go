package terms

import (
	"math/bits"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/words"
)

func TestTellingLeavesOutLegalFormsAndFillers(t *testing.T) {
	for name, want := range map[string]int{
		"Acme Ltd": 1, "Bank of Kigali plc": 2, "Müller GmbH & Co. KG": 1, "S.A.R.L. Dupont": 1, "Kowal Sp. z o.o.": 1,
		"ООО Ромашка": 1, "Smith and Sons": 2, "Acme": 1, "???": 0,
		"The Co": 2, // nothing else is left
	} {
		telling, all := Telling(words.SearchTokens(name))
		require.Equal(t, want, bits.OnesCount64(telling), name)
		require.Zero(t, telling&^all, name)
	}
}

func TestInitials(t *testing.T) {
	for name, want := range map[string][]string{
		"Kenya Commercial Bank Ltd": {"kcb"}, "Bank of America": {"boa"}, "Bank of East Africa": {"bea", "boea"},
		"Acme Foods": nil, "Acme": nil, "ООО Первый Русский Завод": nil, "A. B. Coffee House": {"abch"},
		"Acme Русский Coffee House": nil, // one word of another script
	} {
		require.Equal(t, want, Initials(words.SearchTokens(name)), name)
	}
}

func TestOtherForms(t *testing.T) {
	require.Contains(t, OtherForms("intl"), "international")
	require.Contains(t, OtherForms("international"), "intl")
	require.ElementsMatch(t, []string{"management", "mgt"}, OtherForms("mgmt"))
	require.Nil(t, OtherForms("acme"))
	for short, long := range shortWords {
		require.True(t, slices.Contains(OtherForms(long), short), short)
		require.Empty(t, shortWords[long], "%s stands for %s, which is short itself", short, long)
	}
}

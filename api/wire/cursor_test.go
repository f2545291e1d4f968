package wire

import (
	"bytes"
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

func testCursors(t testing.TB, fill byte) *Cursors {
	c, err := newCursors(bytes.Repeat([]byte{fill}, 32))
	require.NoError(t, err)
	return c
}

func TestCursorsNeedASecret(t *testing.T) {
	_, err := newCursors(make([]byte, minSecret-1))
	require.Error(t, err)
}

func TestCursorOpensOnlyWithWhatItIsBoundTo(t *testing.T) {
	c := testCursors(t, 1)
	position := &fields.Position{Keys: []fields.Value{fields.TextValue("Amina")}, Ordinal: 7}
	cursor, err := c.SealPosition(position, "list", "name", "hash")
	require.NoError(t, err)
	opened, err := c.OpenPosition(cursor, "list", "name", "hash")
	require.NoError(t, err)
	require.Equal(t, position, opened)

	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	require.NoError(t, err)
	require.NotContains(t, string(raw), "Amina", "a cursor stands in URLs and so must not show values")

	refused := func(c *Cursors, cursor string, boundTo ...string) {
		t.Helper()
		_, err := c.OpenPosition(cursor, boundTo...)
		p := ProblemOf(err)
		require.Equal(t, 422, p.Status)
		require.Equal(t, "invalid-cursor", p.Type)
	}
	refused(c, cursor, "list", "name", "hash2")
	refused(c, cursor, "list", "nameh", "ash")
	refused(c, cursor, "list", "name")
	refused(testCursors(t, 2), cursor, "list", "name", "hash")
	refused(c, cursor+"A", "list", "name", "hash")
	refused(c, cursor[1:], "list", "name", "hash")
	refused(c, "?", "list", "name", "hash")
	for i := range raw {
		altered := bytes.Clone(raw)
		altered[i] ^= 1
		refused(c, base64.RawURLEncoding.EncodeToString(altered), "list", "name", "hash")
	}

	none, err := c.SealPosition(nil, "list")
	require.NoError(t, err)
	require.Empty(t, none)
	_, err = c.SealPosition(&fields.Position{Keys: []fields.Value{fields.ListValue([]string{"a"})}})
	require.Error(t, err)
}

func TestCursorKeepsEveryPosition(t *testing.T) {
	c := testCursors(t, 3)
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(
			rapid.Just(fields.Value{}),
			rapid.Map(rapid.String(), fields.TextValue),
			rapid.Map(rapid.Float64(), fields.NumberValue),
			rapid.Map(rapid.Int64(), fields.IntValue),
			rapid.Map(rapid.Bool(), fields.BoolValue),
		)
		position := &fields.Position{Keys: rapid.SliceOfN(value, 1, 4).Draw(t, "keys"), Ordinal: rapid.Uint32().Draw(t, "ordinal")}
		cursor, err := c.SealPosition(position)
		require.NoError(t, err)
		opened, err := c.OpenPosition(cursor)
		require.NoError(t, err)
		require.Equal(t, position, opened)
	})
}

func FuzzOpenCursor(f *testing.F) {
	c := testCursors(f, 4)
	cursor, err := c.SealPosition(&fields.Position{Ordinal: 1}, "x")
	require.NoError(f, err)
	f.Add(cursor, []byte(`{"k":[{"t":"a"},{"n":1},{}],"o":3}`))
	f.Add("", []byte("null"))
	f.Fuzz(func(t *testing.T, cursor string, state []byte) {
		if p, err := c.OpenPosition(cursor, "y"); err == nil {
			require.Empty(t, cursor)
			require.Nil(t, p)
		}
		if p, err := decodePosition(state); err == nil {
			_, err = c.SealPosition(p)
			require.NoError(t, err)
		}
	})
}

// A text may fold to nothing, as a lone accent does, and is no missing value.
func TestCursorKeepsATextThatFoldsToNothing(t *testing.T) {
	c := testCursors(t, 1)
	position := &fields.Position{Keys: []fields.Value{{Kind: fields.KindText}, {}}, Ordinal: 7}
	cursor, err := c.SealPosition(position, "list")
	require.NoError(t, err)
	opened, err := c.OpenPosition(cursor, "list")
	require.NoError(t, err)
	require.Equal(t, position, opened)
}

func TestCursorKeepsARecord(t *testing.T) {
	c := testCursors(t, 3)
	for _, at := range []int64{0, 1_795_000_000_123, -62_135_596_800_000} {
		ref := &ledger.Ref{At: at, Ordinal: 1<<32 - 1}
		cursor := c.SealRef(ref, "list")
		opened, err := c.OpenRef(cursor, "list")
		require.NoError(t, err)
		require.Equal(t, ref, opened)
		_, err = c.OpenRef(cursor, "other")
		require.Error(t, err)
	}
	require.Empty(t, c.SealRef(nil, "list"))
	opened, err := c.OpenRef("", "list")
	require.NoError(t, err)
	require.Nil(t, opened)
	_, err = c.OpenRef(c.SealNumber(7, "list"), "list")
	require.Error(t, err)
}

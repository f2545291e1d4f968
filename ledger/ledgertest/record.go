package ledgertest

import (
	"crypto/sha256"
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/ledger"
)

// CheckRecords checks how the records of a kind are written and read.
func CheckRecords[T any](t *testing.T, k *ledger.Kind[T]) {
	t.Run("every member is stored", func(t *testing.T) { EveryMemberIsStored(t, Full[T](), k.Encode, back(k)) })
	t.Run("what is written is read", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			r := Draw[T](t, string(k.Entity))
			got, err := back(k)(k.Encode(r), r)
			require.NoError(t, err)
			require.Equal(t, r, got)
		})
	})
	t.Run("a record that is cut", func(t *testing.T) { checkCut(t, k) })
	t.Run("a version that is not known", func(t *testing.T) {
		record := k.Encode(Full[T]())
		require.Equal(t, k.Version, record[0])
		for _, version := range []byte{0, k.Version + 1, 255} {
			record[0] = version
			_, err := back(k)(record, new(T))
			require.ErrorContains(t, err, fmt.Sprintf("version %d", version))
		}
	})
	t.Run("a field that is not known", func(t *testing.T) {
		_, err := back(k)(append(k.Encode(Full[T]()), 0x7f, 1), new(T))
		require.Error(t, err, "who skipped it would drop it at the next write")
	})
}

// RecordStays demands that a version of the records of a kind has the fields that it had: bytes
// is the hash of a record of it of which every member has a value. A program that knows the
// version, and not a field of the record, calls the whole folder damaged.
func RecordStays[T any](t *testing.T, k *ledger.Kind[T], version byte, bytes string) {
	t.Helper()
	has := fmt.Sprintf("%x", sha256.Sum256(k.Encode(Full[T]())))[:16]
	if k.Version == version {
		require.Equal(t, bytes, has, "the records of the kind %s have other fields, and still version %d: a new field takes a new number and a new version", k.Entity, version)
	}
	require.Equal(t, [2]any{version, bytes}, [2]any{k.Version, has}, "with a new version write here: %d, %q", k.Version, has)
}

// back reads a record of a kind. is has what stands in its key.
func back[T any](k *ledger.Kind[T]) func(record []byte, is *T) (*T, error) {
	return func(record []byte, is *T) (*T, error) { return k.Decode(k.Stamp(is).Ref(), record) }
}

// EveryMemberIsStored sends a record through a codec. A codec that forgets a member fails
// with its name. decode gets the record that was encoded, too, for what stands in its key.
func EveryMemberIsStored[T any](t *testing.T, full *T, encode func(*T) []byte, decode func(record []byte, is *T) (*T, error)) {
	t.Helper()
	got, err := decode(encode(full), full)
	require.NoError(t, err)
	of, want, have := reflect.TypeFor[T](), reflect.ValueOf(full).Elem(), reflect.ValueOf(got).Elem()
	for i := range of.NumField() {
		require.Equal(t, want.Field(i).Interface(), have.Field(i).Interface(), "%s.%s is not stored", of, of.Field(i).Name)
	}
}

// checkCut cuts a record at every byte. A field that is gone whole is like one that never
// was, anything else is damage.
func checkCut[T any](t *testing.T, k *ledger.Kind[T]) {
	full := Full[T]()
	whole, damaged := k.Encode(full), 0
	for i := range whole {
		got, err := back(k)(whole[:i], full)
		if err != nil {
			damaged++
			continue
		}
		require.NotEqual(t, full, got)
	}
	require.Greater(t, damaged, len(whole)/2)
}

// FuzzRecords demands that no input makes the decoder of a kind panic, and that what it
// accepts comes back the same after being written again.
func FuzzRecords[T any](f *testing.F, k *ledger.Kind[T]) {
	f.Add(k.Encode(Full[T]()))
	f.Add(k.Encode(new(T)))
	f.Fuzz(func(t *testing.T, record []byte) {
		r, err := back(k)(record, new(T))
		if err != nil {
			return
		}
		written := k.Encode(r)
		again, err := back(k)(written, r)
		require.NoError(t, err)
		require.Equal(t, written, k.Encode(again))
	})
}

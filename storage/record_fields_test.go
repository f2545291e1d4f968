package storage

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// TestEveryFieldIsStored gives every member of a record a value by reflection and sends
// it through the codec. A codec that forgets one fails with its name.
func TestEveryFieldIsStored(t *testing.T) {
	stored(t, encodeContact, func(record []byte, c *contacts.Contact) (*contacts.Contact, error) {
		return decodeContact(c.Ordinal, record)
	})
	stored(t, encodeCompany, func(record []byte, c *companies.Company) (*companies.Company, error) {
		return decodeCompany(c.Ordinal, record)
	})
	stored(t, encodeMerge, func(record []byte, m *ledger.Merge[contacts.Contact]) (*ledger.Merge[contacts.Contact], error) {
		return decodeMerge(m.Absorbed.Ordinal, record)
	})
	stored(t, encodeHistoryOf, func(record []byte, h *ledger.HistoryEntry) (*ledger.HistoryEntry, error) {
		back, err := decodeHistory(h.Seq, record)
		return &back, err
	})
}

func encodeHistoryOf(h *ledger.HistoryEntry) []byte { return encodeHistory(*h) }

// stored checks the codec of the records of one type. decode gets the record that was
// encoded too, for what stands in its key.
func stored[T any](t *testing.T, encode func(*T) []byte, decode func(record []byte, r *T) (*T, error)) {
	t.Helper()
	kind := reflect.TypeFor[T]()
	full := new(T)
	for i := range kind.NumField() {
		fillField(t, reflect.ValueOf(full).Elem().Field(i))
	}
	back, err := decode(encode(full), full)
	require.NoError(t, err)
	for i := range kind.NumField() {
		require.Equal(t, reflect.ValueOf(full).Elem().Field(i).Interface(), reflect.ValueOf(back).Elem().Field(i).Interface(),
			"%s.%s is not stored", kind, kind.Field(i).Name)
	}
}

// fillField gives a value, and all that is in it, something that is not zero.
func fillField(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Interface().(type) {
	case fields.Value:
		v.Set(reflect.ValueOf(fields.ListValue([]string{"red"})))
		return
	case ledger.ID:
		v.Set(reflect.ValueOf(ledger.ID{7, 1, 9}))
		return
	case time.Time:
		v.Set(reflect.ValueOf(time.UnixMilli(1_795_000_000_123).UTC()))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillField(t, v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Name == "Key" && v.Type() == reflect.TypeFor[ledger.Author]() {
				continue // tells writers apart and is not kept
			}
			fillField(t, v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fillField(t, v.Index(0))
	case reflect.String:
		v.SetString("sms")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(5)
	default:
		t.Fatalf("no value for a %s", v.Type())
	}
}

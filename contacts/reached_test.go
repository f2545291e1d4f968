package contacts

import (
	"context"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// contactRows are contacts by their ordinals, from 1, and who shares an address.
type contactRows struct {
	list    []*Contact
	sharing []ledger.Document
}

func (r contactRows) Read(_ context.Context, _ *ledger.Shape, refs []ledger.Ref, visit func(int, []byte) error) error {
	for i, ref := range refs {
		if int(ref.Ordinal) <= len(r.list) {
			if err := visit(i, encodeContact(r.list[ref.Ordinal-1])); err != nil {
				return err
			}
		}
	}
	return nil
}

func (contactRows) Scan(context.Context, *ledger.Shape, ledger.Ref, int, func(ledger.Ref, []byte) error) error {
	return nil
}

func (contactRows) Owned(context.Context, *ledger.Shape, []uint32, ledger.Window, func(ledger.Record) error) error {
	return nil
}

func (contactRows) Document(context.Context, ledger.Collection, string) ([]byte, error) {
	return nil, nil
}

func (r contactRows) Documents(_ context.Context, _ ledger.Collection, _, after string, _ int) ([]ledger.Document, error) {
	if after != "" {
		return nil, nil
	}
	return r.sharing, nil
}

func (r contactRows) Holder(_ context.Context, claim ledger.Claim) (ledger.Ref, bool, error) {
	for _, c := range r.list {
		if c.Holds(claim) {
			return ledger.Ref{Ordinal: c.Ordinal}, true, nil
		}
	}
	return ledger.Ref{}, false, nil
}

// TestWhoIsSecondAtAnAddress: the one with the lower ordinal is the first, if it is written to there.
func TestWhoIsSecondAtAnAddress(t *testing.T) {
	email, sms, telegram := fields.ChannelNamed("email"), fields.ChannelNamed("sms"), fields.ChannelNamed("telegram")
	home := "home@example.org"
	rows := contactRows{
		list: []*Contact{
			{Email: home, EmailShared: true, Blocked: true},
			{Email: home, EmailShared: true, Phone: "+254712345678", PhoneShared: true},
			{Email: "own@example.org"},
			{Email: "HOME@example.org", EmailShared: true, Identities: []Identity{{Channel: sms, SourceID: "254712345678"}}},
			{Email: home, EmailShared: true, Suppressed: []Suppressed{{email, home}}},
			{Phone: "+254712345678", PhoneShared: true, Identities: []Identity{{Channel: telegram, SourceID: "x"}}},
			{Phone: "+254700000007"},
			{Identities: []Identity{{Channel: sms, SourceID: "254700000007"}}},
			{Identities: []Identity{{Channel: sms, SourceID: "+254700000010"}, {Channel: telegram, SourceID: "y"}}},
			{Phone: "+254700000010"},
			{Phone: "+254700000011", Identities: []Identity{{Channel: sms, SourceID: "254700000011"}}},
			{Email: "OWN@example.org", EmailShared: true, Phone: "+254700000007", PhoneShared: true},
		},
		sharing: []ledger.Document{{Key: "a", Value: []byte(`{"holders":[1,2,4,5]}`)}, {Key: "c", Value: []byte(`{"holders":[2,6]}`)}, {Key: "b", Value: []byte(`{"holders":[12]}`)}},
	}
	for i, c := range rows.list {
		c.ID, c.Ordinal = uuid.New(), uint32(i+1)
	}
	all := roaring.BitmapOf(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 99)
	identified := roaring.BitmapOf(4, 6, 8, 9, 11)
	for _, c := range []struct {
		among   *roaring.Bitmap
		channel fields.Channel
		want    []uint32
	}{
		{all, email, []uint32{4, 12}}, {roaring.BitmapOf(5, 12), email, []uint32{}}, {roaring.BitmapOf(3, 4, 5), email, []uint32{}},
		{all, sms, []uint32{4, 6, 8, 10, 12}}, {roaring.BitmapOf(2, 3, 8, 9), sms, []uint32{}}, {roaring.BitmapOf(7, 12), sms, []uint32{12}},
		{all, telegram, []uint32{}},
	} {
		second, err := SecondOfAddress(context.Background(), rows, c.among, identified, c.channel)
		require.NoError(t, err)
		require.Equal(t, c.want, append([]uint32{}, second.ToArray()...), c.channel)
	}
	suppressed, err := SuppressedOf(context.Background(), rows, all, email)
	require.NoError(t, err)
	require.Equal(t, []uint32{5}, suppressed.ToArray())
}

package text

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
)

func TestFollowsTheLog(t *testing.T) {
	s := newFakeStore()
	x := openIndex(t, t.TempDir(), s)
	ana := s.put(&contacts.Contact{Name: "Ana Müller", Email: "ana.m@example.com", Phone: "+4915112345678"})
	waitFor(t, x, s)
	require.Equal(t, []uint32{ana}, find(t, x, Name, "ana"))
	require.Equal(t, []uint32{ana}, find(t, x, Name, "mueller"))
	require.Equal(t, []uint32{ana}, find(t, x, Phone, "$5678"))
	require.Equal(t, []uint32{ana}, find(t, x, Gram, "a.m"))
	require.Equal(t, uint32(1), x.Terms().Count("muller"))

	s.change(ana, func(c *contacts.Contact) { c.Name = "Anna Schulz" }, "name")
	waitFor(t, x, s)
	require.Empty(t, find(t, x, Name, "ana"))
	require.Equal(t, []uint32{ana}, find(t, x, Name, "schulz"))

	s.remove(ana)
	waitFor(t, x, s)
	require.Empty(t, find(t, x, Name, "schulz"))
}

func find(t *testing.T, x *Index, f Field, term string) []uint32 {
	t.Helper()
	r, err := x.Reader()
	require.NoError(t, err)
	defer r.Close()
	docs, err := r.Term(f, term)
	require.NoError(t, err)
	return r.Ordinals(docs).ToArray()
}

func openIndex(t *testing.T, dir string, s *fakeStore) *Index {
	t.Helper()
	x, err := Open(t.Context(), Options{Dir: dir, Source: s})
	require.NoError(t, err)
	s.wake = x.Wake
	t.Cleanup(func() { _ = x.Close(context.Background()) })
	return x
}

func waitFor(t *testing.T, x *Index, s *fakeStore) {
	t.Helper()
	for x.Applied() < s.Head() {
		if err := x.WaitFor(t.Context(), s.Head()); err != nil {
			require.Equal(t, contacts.KindUnavailable, contacts.KindOf(err))
		}
	}
}

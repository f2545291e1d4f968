package imports

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// scripted is an Upserter that answers what it was told.
type scripted struct {
	outcomes []Outcome
	err      error
	drafts   []fields.Draft
	rules    contacts.FileRules
}

func (s *scripted) UpsertBatch(_ context.Context, drafts []fields.Draft, rules contacts.FileRules) ([]Outcome, error) {
	s.drafts, s.rules = drafts, rules
	return s.outcomes, s.err
}

// through returns an Upserter that writes through a server into another, and
// the errors that the server was told of.
func through(t *testing.T, to Upserter) (Upserter, *[]error) {
	t.Helper()
	var failed []error
	server := httptest.NewServer(Handler(to, func(err error) { failed = append(failed, err) }))
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	require.NoError(t, err)
	return Through(&http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(address)}}), &failed
}

// TestNothingIsLostOnTheWay: through a server everything arrives as it was.
func TestNothingIsLostOnTheWay(t *testing.T) {
	id := uuid.MustParse("01938e5c-8e1a-7a0a-9b57-000000000001")
	to := &scripted{outcomes: []Outcome{
		{Status: ledger.StatusCreated, LeftOut: []fault.Fault{{Path: "phone", Detail: "d"}}},
		{Status: ledger.StatusFailed, Err: &fault.Error{Kind: fault.KindConflict, Type: "identity-taken", Message: "m", Field: "email", ContactIDs: []ledger.ID{id}}},
		{Status: ledger.StatusFailed, Err: &fault.Error{Kind: fault.KindInvalid, Type: "invalid-contact", Message: "m", Faults: []fault.Fault{{Path: "name", Detail: "d"}}}},
		{Status: ledger.StatusUnchanged},
	}}
	remote, failed := through(t, to)
	drafts := []fields.Draft{{"name": "A", "labels": []any{"x"}, "attributes": map[string]any{"vip": true}}}
	rules := contacts.FileRules{Lenient: true, SharedPhones: true, LocalTimes: true, DayOrder: contacts.DayFirst, PhoneRegion: "KE"}
	outcomes, err := remote.UpsertBatch(t.Context(), drafts, rules)
	require.NoError(t, err)
	require.Equal(t, to.outcomes, outcomes)
	require.Equal(t, drafts, to.drafts)
	require.Equal(t, rules, to.rules)
	require.Empty(t, *failed)
}

func TestErrorsOnTheWay(t *testing.T) {
	busy := &fault.Error{Kind: fault.KindUnavailable, Type: "storage-full", Message: "The disk is full."}
	remote, failed := through(t, &scripted{err: busy})
	_, err := remote.UpsertBatch(t.Context(), nil, contacts.FileRules{})
	require.Equal(t, busy, err)
	require.Empty(t, *failed)

	broken := errors.New("secret")
	remote, failed = through(t, &scripted{err: broken})
	_, err = remote.UpsertBatch(t.Context(), nil, contacts.FileRules{})
	require.Error(t, err)
	require.NotContains(t, err.Error(), "secret")
	require.Equal(t, []error{broken}, *failed)

	answer := httptest.NewRecorder()
	Handler(&scripted{}, nil).ServeHTTP(answer, httptest.NewRequest("POST", Path, http.NoBody))
	require.Equal(t, http.StatusBadRequest, answer.Code)
}

package fields

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSpans(t *testing.T) {
	nairobi, err := time.LoadLocation("Africa/Nairobi")
	require.NoError(t, err)
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	for _, test := range []struct {
		span, from, to string
		zone           *time.Location
	}{
		{"P7D", "2026-11-22T10:00:00Z", "2026-11-29T10:00:00Z", nairobi},
		{"P1D", "2026-03-28T11:00:00Z", "2026-03-29T10:00:00Z", berlin}, // a day of 23 hours
		{"PT24H", "2026-03-28T11:00:00Z", "2026-03-29T11:00:00Z", berlin},
		{"P1M", "2026-01-31T10:00:00Z", "2026-02-28T10:00:00Z", time.UTC},
		{"P1M", "2026-01-30T22:30:00Z", "2026-02-27T22:30:00Z", nairobi}, // there it is the 31st
		{"P1Y", "2024-02-29T10:00:00Z", "2025-02-28T10:00:00Z", time.UTC},
		{"P2W", "2026-11-01T10:00:00Z", "2026-11-15T10:00:00Z", time.UTC},
		{"PT90M", "2026-11-01T10:00:00Z", "2026-11-01T11:30:00Z", time.UTC},
	} {
		s, ok := ParseSpan(test.span)
		require.True(t, ok, test.span)
		from, err := time.Parse(time.RFC3339, test.from)
		require.NoError(t, err)
		require.Equal(t, test.to, s.After(from, test.zone).Format(time.RFC3339), "%s after %s", test.span, test.from)
	}
	for _, wrong := range []string{"", "7D", "P0D", "P-1D", "P7", "P1H", "PT1D", "P1Y2M", "p7d", "P07D", "P9999999D", "P7D "} {
		_, ok := ParseSpan(wrong)
		require.False(t, ok, wrong)
	}
}

func TestConversationsAreOpenedAgainForAWeek(t *testing.T) {
	s := NewSchema(nil, DefaultSettings(), nil)
	resolved := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	require.Equal(t, "P7D", s.Settings.Reopening())
	require.Equal(t, resolved.AddDate(0, 0, 7), s.ReopensUntil(resolved))
	settings := s.Settings
	settings.ReopenWithin = "PT1H"
	require.Equal(t, resolved.Add(time.Hour), s.WithSettings(settings).ReopensUntil(resolved))
}

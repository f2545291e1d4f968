package workspace

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

func TestPatchSettings(t *testing.T) {
	w := newWorkbench(t)
	first := fields.DefaultSettings()
	first.Version = ledger.NeverChanged
	require.Equal(t, first, w.GetSettings())

	got, done, err := w.PatchSettings(t.Context(), tester, fields.Draft{
		"time_zone": "Africa/Nairobi", "currency": "kes", "phone_region": "ke", "week_start": "sunday",
		"ai_people_per_hour": json.Number("50"),
	}, 0)
	require.NoError(t, err)
	want := fields.Settings{TimeZone: "Africa/Nairobi", Currency: "KES", PhoneRegion: "KE", WeekStart: "sunday", AIPeoplePerHour: 50, Version: 1}
	require.Equal(t, want, got)
	require.Equal(t, uint64(1), done.Seq)
	require.Equal(t, want, w.GetSettings())
	require.Equal(t, "Africa/Nairobi", w.store.Schema().Zone().String())

	got, done, err = w.PatchSettings(t.Context(), tester, fields.Draft{"currency": "KES"}, 1)
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.Equal(t, uint64(1), done.Seq, "nothing was written")

	got, _, err = w.PatchSettings(t.Context(), tester, fields.Draft{"phone_region": nil, "ai_people_per_hour": nil}, 0)
	require.NoError(t, err)
	require.Empty(t, got.PhoneRegion)
	require.Equal(t, 2_000, got.AIPeoplePerHour)
	require.Equal(t, uint64(2), got.Version)
	_, _, err = w.PatchSettings(t.Context(), tester, fields.Draft{"currency": "USD"}, 1)
	problem(t, fault.KindPrecondition, err)
}

func TestPatchSettingsRefuses(t *testing.T) {
	w := newWorkbench(t)
	for _, c := range []struct {
		draft fields.Draft
		want  []string
	}{
		{fields.Draft{"time_zone": "Mars/Olympus", "currency": "XYZ", "phone_region": "ZZ", "week_start": "Monday", "surprise": 1},
			[]string{"", "currency", "phone_region", "time_zone", "week_start"}},
		{fields.Draft{"time_zone": nil, "currency": "", "week_start": nil}, []string{"currency", "time_zone", "week_start"}},
		{fields.Draft{"time_zone": "Local"}, []string{"time_zone"}},
		{fields.Draft{"time_zone": "../etc/passwd"}, []string{"time_zone"}},
		{fields.Draft{"time_zone": json.Number("3"), "version": json.Number("1")}, []string{"time_zone", "version"}},
		{fields.Draft{"phone_region": "AQ"}, []string{"phone_region"}},
		{fields.Draft{"ai_people_per_hour": json.Number("-1")}, []string{"ai_people_per_hour"}},
		{fields.Draft{"ai_people_per_hour": json.Number("1000000001")}, []string{"ai_people_per_hour"}},
		{fields.Draft{"ai_people_per_hour": json.Number("1.5")}, []string{"ai_people_per_hour"}},
		{fields.Draft{"ai_people_per_hour": "50"}, []string{"ai_people_per_hour"}},
		{fields.Draft{"keep_snapshots": json.Number("5"), "currency": "XYZ"}, []string{"currency", "keep_snapshots"}},
		{fields.Draft{"keep_snapshots": map[string]any{"count": "5", "age": "2 days"}}, []string{"keep_snapshots.age", "keep_snapshots.count"}},
	} {
		_, _, err := w.PatchSettings(t.Context(), tester, c.draft, 0)
		e := problem(t, fault.KindInvalid, err)
		require.Equal(t, c.want, paths(e.Faults), "%v", c.draft)
		require.Equal(t, "invalid-settings", e.Type)
	}
	require.Zero(t, w.store.Head())
}

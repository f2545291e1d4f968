package perf

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fixtures"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

// reporting measures what campaigns report of whom they were sent to. The rows of the whole folder come
// last: what is reported stays.
func reporting() []Measurement {
	return []Measurement{
		{Name: "campaign-events-load", What: "campaign events reported, durable and filterable", Unit: PerSecond, Whole: true, Run: runEventsLoad},
		{Name: "campaign-events-disk", What: "data folder for each campaign event, closed", Unit: Bytes, Whole: true, Run: runEventsDisk},
		{
			Name: "campaign-events-count", What: "HTTP: count of contacts to whom a campaign was delivered and who did not reply", Unit: Milliseconds, Whole: true,
			Floor: Bar{P99: 120}, Goal: Bar{P99: 60}, Run: runEventsCount,
		},
	}
}

const (
	reportedCampaign = "Reported"
	mostReported     = 100_000 // rows
)

// reported are the events of a campaign that are on disk.
type reported struct {
	events int
	took   time.Duration
	bytes  float64 // what each has added to the closed folder
}

// eventsOf is what became of the row of a contact: half of those that are delivered are opened, and
// every tenth is answered.
func eventsOf(row int) []audiences.EventKind {
	switch {
	case row%10 == 0:
		return []audiences.EventKind{audiences.Delivered, audiences.Opened, audiences.Replied}
	case row%2 == 0:
		return []audiences.EventKind{audiences.Delivered, audiences.Opened}
	}
	return []audiences.EventKind{audiences.Delivered}
}

// runEventsMemory fills columns with the events of some campaigns.
func runEventsMemory(_ context.Context, s *Subject) (Result, error) {
	const campaigns = 4
	table := columns.NewTables(contacts.Kind, companies.Kind, audiences.EventsKind)
	for from := 0; from < s.contacts; from += contacts.MaxBatch {
		page := make([]*contacts.Contact, min(contacts.MaxBatch, s.contacts-from))
		for i := range page {
			page[i] = s.contact(uint32(from+i+1), &fixtures.Person{CreatedAt: s.env.Now})
		}
		table.Fill(contacts.Kind, ledger.RecordsOf(page)...)
	}
	without, events := heap(), 0
	for campaign := range campaigns {
		sent := s.env.Now.AddDate(0, 0, -7*campaign)
		for row := range s.contacts {
			var list []*audiences.Event
			for _, kind := range eventsOf(row) {
				events++
				list = append(list, &audiences.Event{
					Ordinal: uint32(events), Owner: uint32(row + 1), Campaign: fmt.Sprintf("Campaign %d", campaign),
					Kind: kind, At: sent.Add(time.Duration(row)*time.Millisecond + time.Duration(kind)*time.Hour),
				})
			}
			table.Fill(audiences.EventsKind, ledger.RecordsOf(list)...)
		}
	}
	table.Advance(1)
	with := heap()
	runtime.KeepAlive(table)
	return single(float64(with-min(with, without))/float64(events), fmt.Sprintf("%d events", events)), nil
}

// reportEvents reports the events of everybody with an e-mail, once.
func (s *Subject) reportEvents(ctx context.Context) (r reported, err error) {
	if s.reported.events > 0 {
		return s.reported, nil
	}
	a, err := s.loaded(ctx)
	if err != nil {
		return r, err
	}
	made, err := a.Segments.Create(ctx, author, segments.Draft{"name": encode("Reported")})
	if err != nil {
		return r, err
	}
	frozen, err := a.Audiences.Create(ctx, author, audiences.Order{Segment: made.Segment.ID, Campaign: reportedCampaign, Channel: "email"}, 0, nil)
	if err != nil {
		return r, err
	}
	before, err := s.closedUse(ctx)
	if err != nil {
		return r, err
	}
	s.say("reporting what became of %d rows", frozen.Audience.Count)
	start := time.Now()
	if r.events, err = s.reportRows(ctx, frozen.Audience); err != nil {
		return r, err
	}
	r.took = time.Since(start)
	after, err := s.closedUse(ctx)
	if err != nil {
		return r, err
	}
	r.bytes = (float64(after.all()) - float64(before.all())) / float64(r.events)
	_, err = s.app.Audiences.Delete(ctx, author, frozen.Audience.ID, 0)
	s.reported = r
	return r, errors.Join(err, deleteSegment(ctx, s.app, made.Segment.ID))
}

// reportRows reports the events of the first rows of an audience, and returns how many they are.
func (s *Subject) reportRows(ctx context.Context, a *audiences.Audience) (events int, err error) {
	var list []audiences.Report
	report := func() error {
		done, err := s.app.Audiences.Report(ctx, author, a.ID, list)
		for _, outcome := range done.Outcomes {
			if outcome != audiences.Reported {
				return fmt.Errorf("an invented event was not stored: outcome %d", outcome)
			}
		}
		events, list = events+len(list), list[:0]
		return err
	}
	for row := range min(int(a.Count), mostReported) {
		for _, kind := range eventsOf(row) {
			at := s.env.Now.Add(time.Duration(row)*time.Millisecond - time.Duration(len(audiences.EventKinds)-int(kind))*time.Hour)
			list = append(list, audiences.Report{Row: uint32(row + 1), Kind: kind, At: at})
		}
		if len(list)+len(audiences.EventKinds) > audiences.MaxReports {
			if err := report(); err != nil {
				return events, err
			}
		}
	}
	return events, report()
}

func runEventsLoad(ctx context.Context, s *Subject) (Result, error) {
	r, err := s.reportEvents(ctx)
	if err != nil {
		return Result{}, err
	}
	return single(float64(r.events)/r.took.Seconds(), fmt.Sprintf("%d events in %.1f s", r.events, r.took.Seconds())), nil
}

func runEventsDisk(ctx context.Context, s *Subject) (Result, error) {
	r, err := s.reportEvents(ctx)
	return single(r.bytes, fmt.Sprintf("%d events", r.events)), err
}

func runEventsCount(ctx context.Context, s *Subject) (Result, error) {
	if _, err := s.reportEvents(ctx); err != nil {
		return Result{}, err
	}
	v, err := s.served(ctx)
	if err != nil {
		return Result{}, err
	}
	event := func(operator string, kind audiences.EventKind) string {
		return fmt.Sprintf(`{"field":"campaign_events","operator":%q,"where":%s}`, operator,
			group(fmt.Sprintf(`{"field":"campaign","operator":"eq","value":%q},{"field":"kind","operator":"eq","value":%q}`, reportedCampaign, kind)))
	}
	count := request{path: "/v1/contacts/count", body: []byte(`{"filter":` + group(event("any", audiences.Delivered)+","+event("none", audiences.Replied)) + `}`)}
	var found atomic.Int64
	r, err := s.during(ctx, v, func(int) request { return count }, func(_ *client, answer []byte) error {
		n, err := foundIn(answer)
		found.Store(n)
		return err
	})
	r.Note = fmt.Sprintf("%s; %s", rows(uint64(found.Load())), r.Note)
	return r, err
}

package segments_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
)

var (
	by   = ledger.Caller{Author: ledger.Author{Source: ledger.SourceAPI, Name: "test"}}
	noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
)

// workspace is a service over a real store in memory, and an index that asks
// filter.Match about every contact.
type workspace struct {
	*segments.Service
	t        require.TestingT
	store    *storage.Store
	schedule *schedules
	now      time.Time
}

func newWorkspace(t testing.TB, o segments.Options) *workspace {
	w := &workspace{t: t, store: newStore(t), schedule: &schedules{plans: map[ledger.ID]string{}}, now: noon}
	w.Service = w.serve(w.store, o)
	return w
}

func newStore(t testing.TB) *storage.Store {
	store, err := storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: memory.New()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return store
}

// serve returns another service over a store, as after a restart.
func (w *workspace) serve(store segments.Store, o segments.Options) *segments.Service {
	o.Logger = slog.New(slog.DiscardHandler)
	if o.Now == nil {
		o.Now = func() time.Time { return w.now }
	}
	return segments.New(store, matcher{w.store}, w.people(), w.schedule, o)
}

// people are the contacts of the store.
func (w *workspace) people() segments.People {
	return contacts.NewService(w.store, companies.Directory{}, nil, nil)
}

// matcher is the index.
type matcher struct{ store *storage.Store }

func (m matcher) Members(ctx context.Context, f *filter.Filter, env filter.Env) (*roaring.Bitmap, uint64, error) {
	set, from, head := roaring.New(), uint32(0), m.store.Head()
	for {
		page, err := contacts.Kind.Scan(ctx, m.store, ledger.Ref{Ordinal: from}, 500)
		if err != nil || len(page) == 0 {
			return set, head, err
		}
		for _, c := range page {
			if filter.Match(f.Root, contacts.Kind.Facts(c), env) {
				set.Add(c.Ordinal)
			}
		}
		from = page[len(page)-1].Ordinal + 1
	}
}

func (m matcher) Resolve(set *roaring.Bitmap) (present *roaring.Bitmap, merged, deleted uint64) {
	ctx, ordinals := context.Background(), set.ToArray()
	people, _ := contacts.Kind.List(ctx, m.store, ordinals)
	redirects, _ := m.store.Redirects(ctx, &contacts.Kind.Shape, ordinals)
	present = roaring.New()
	for i, ordinal := range ordinals {
		if people[i] != nil {
			present.Add(ordinal)
		}
	}
	for i := range ordinals {
		switch survivor := redirects[i].Survivor; {
		case people[i] != nil:
		case survivor == 0:
			deleted++
		case !present.CheckedAdd(survivor):
			merged++
		}
	}
	return present, merged, deleted
}

func (m matcher) Count(ctx context.Context, f *filter.Filter, env filter.Env) (count, seq uint64, err error) {
	set, seq, err := m.Members(ctx, f, env)
	return set.GetCardinality(), seq, err
}

func (m matcher) Passing(ctx context.Context, ordinal uint32, filters []filter.Node, _ map[filter.Node]int, env filter.Env) ([]bool, error) {
	list, err := contacts.Kind.List(ctx, m.store, []uint32{ordinal})
	passes := make([]bool, len(filters))
	for i, n := range filters {
		passes[i] = list[0] != nil && filter.Match(n, contacts.Kind.Facts(list[0]), env)
	}
	return passes, err
}

func (m matcher) Steady(_ context.Context, ask func(schema *fields.Schema) error) error {
	return ask(m.store.Schema())
}

func (m matcher) Blocked(set *roaring.Bitmap) *roaring.Bitmap {
	blocked := roaring.New()
	people, _ := contacts.Kind.List(context.Background(), m.store, set.ToArray())
	for _, c := range people {
		if c != nil && c.Blocked {
			blocked.Add(c.Ordinal)
		}
	}
	return blocked
}

// schedules takes "@..." lines and any zone but "Nowhere".
type schedules struct {
	mu    sync.Mutex
	plans map[ledger.ID]string
	fail  error
}

func (s *schedules) Check(cron, zone string) (cronFault, zoneFault string) {
	if len(cron) == 0 || cron[0] != '@' {
		cronFault = "must be a cron line"
	}
	if zone == "" || zone == "Nowhere" {
		zoneFault = "must be a zone"
	}
	return cronFault, zoneFault
}

func (s *schedules) Upcoming(_, _ string, after time.Time, n int) (list []time.Time) {
	for i := range n {
		list = append(list, after.Add(time.Duration(i+1)*time.Hour))
	}
	return list
}

func (s *schedules) Plan(segment ledger.ID, cron, zone string, jitter time.Duration, since time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if cron == "" {
		delete(s.plans, segment)
		return
	}
	s.plans[segment] = fmt.Sprint(cron, " ", zone, " ", since.Format("15:04"))
	if jitter > 0 {
		s.plans[segment] += " " + jitter.String()
	}
}

func (s *schedules) Forget(_ context.Context, segment ledger.ID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.plans, segment)
	return s.fail
}

// draft is a JSON object as a draft.
func draft(t require.TestingT, object string) segments.Draft {
	var d segments.Draft
	require.NoError(t, json.Unmarshal([]byte(object), &d))
	return d
}

func (w *workspace) create(object string) *segments.Segment {
	r, err := w.Create(context.Background(), by, draft(w.t, object))
	require.NoError(w.t, err)
	return r.Segment
}

func (w *workspace) patch(id ledger.ID, object string) *segments.Segment {
	r, err := w.Patch(context.Background(), by, id, draft(w.t, object), 0)
	require.NoError(w.t, err)
	return r.Segment
}

// inCity makes a segment of those who live in a city.
func (w *workspace) inCity(name, city string) *segments.Segment {
	return w.create(fmt.Sprintf(`{"name": %q, "filter": %s}`, name, cityIs(city)))
}

func cityIs(city string) string {
	return fmt.Sprintf(`{"combinator": "and", "rules": [{"field": "city", "operator": "eq", "value": %q}]}`, city)
}

// add makes contacts that live in a city.
func (w *workspace) add(city string, n int) []*contacts.Contact {
	list := make([]*contacts.Contact, n)
	w.update(func(tx ledger.Tx) error {
		for i := range list {
			list[i] = &contacts.Contact{
				ID: uuid.Must(uuid.NewV7()), Type: contacts.TypeVisitor, Name: "Ada", City: city, CreatedAt: noon, UpdatedAt: noon,
			}
			if err := contacts.Kind.Create(tx, list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return list
}

// move gives contacts another city, and removes them when there is none.
func (w *workspace) move(ids []ledger.ID, city string) {
	w.update(func(tx ledger.Tx) error {
		for _, id := range ids {
			before, err := contacts.Kind.ByID(tx, id)
			if err != nil {
				return err
			}
			if city == "" {
				err = contacts.Kind.Delete(tx, before)
			} else if before.City != city {
				after := before.Clone()
				after.City = city
				err = contacts.Kind.Update(tx, before, after)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *workspace) update(closure func(ledger.Tx) error) {
	_, err := w.store.Update(context.Background(), by.Author, closure)
	require.NoError(w.t, err)
}

func (w *workspace) refresh(id ledger.ID) segments.Refreshed {
	r, err := w.Refresh(context.Background(), by, id)
	require.NoError(w.t, err)
	return r
}

// documents lists what is stored in a collection.
func (w *workspace) documents(c ledger.Collection) []string {
	list, err := w.store.Documents(context.Background(), c, "", "", 100_000)
	require.NoError(w.t, err)
	keys := []string{}
	for _, d := range list {
		keys = append(keys, d.Key)
	}
	return keys
}

func idsOf(list []*contacts.Contact) []ledger.ID {
	ids := make([]ledger.ID, len(list))
	for i, c := range list {
		ids[i] = c.ID
	}
	return ids
}

// refused checks the kind and type of an error and returns it.
func refused(t require.TestingT, err error, kind fault.ErrorKind, slug string) *fault.Error {
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, kind, e.Kind, e.Message)
	require.Equal(t, slug, e.Type)
	return e
}

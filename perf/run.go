package perf

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/fixtures"
	"github.com/ndoto/kundi/ledger"
)

// Options say what to measure. Contacts is required.
type Options struct {
	Contacts []int // sizes, each 1 to fixtures.MaxContacts
	// Conversations is how many of them there are for each contact. Without any, what needs
	// conversations is not measured.
	Conversations int
	// Only are the names, or beginnings of names, to measure; all without any.
	Only []string
	// WholeUpTo is the largest size that is loaded as a whole data folder; of
	// larger ones only the columns are measured. 0 is a million.
	WholeUpTo int
	Seed      uint64
	Program   string        // path of kundi, to serve from a process of its own
	Dir       string        // folder for temporary data; the system's when empty
	Keep      string        // folder of data that stays and is measured again, of one size; none when empty
	Patience  time.Duration // time for the samples of one measurement; 0 is 2 s
	Typed     float64       // requests a second while contacts are written; 0 is 20
	Progress  io.Writer     // nil for none
}

// Validate returns an error if the options are wrong.
func (o Options) Validate() error {
	for _, n := range o.Contacts {
		if n < 1 || n > fixtures.MaxContacts {
			return fmt.Errorf("the number of contacts must be 1 to %d", fixtures.MaxContacts)
		}
	}
	if o.Conversations < 0 || o.Conversations > maxTalks {
		return fmt.Errorf("the number of conversations for each contact must be 0 to %d", maxTalks)
	}
	if o.Keep != "" && len(o.Contacts) != 1 {
		return errors.New("a folder that is kept has one number of contacts")
	}
	_, err := choose(o.Only)
	return err
}

// complete checks the options and fills in what is not given.
func (o Options) complete() (Options, error) {
	if o.WholeUpTo == 0 {
		o.WholeUpTo = barContacts
	}
	if o.Patience == 0 {
		o.Patience = 2 * time.Second
	}
	if o.Typed == 0 {
		o.Typed = typed
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	return o, o.Validate()
}

// Run measures with each number of contacts, one after the other. It always removes
// the temporary data. If it fails while it measures, it returns an error and a report
// of what was done.
func Run(ctx context.Context, o Options) (*Report, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	chosen, err := choose(o.Only)
	if err != nil {
		return nil, err
	}
	report := &Report{Machine: ThisMachine(), Started: time.Now().UTC().Truncate(time.Second)}
	for _, n := range o.Contacts {
		err := withSubject(ctx, o, n, func(s *Subject) error { return measure(ctx, o, s, chosen, report) })
		if err != nil {
			return report, err
		}
	}
	return report, nil
}

// choose returns the measurements whose names begin with one of these.
func choose(only []string) ([]Measurement, error) {
	all := Measurements()
	if len(only) == 0 {
		return all, nil
	}
	var chosen []Measurement
	for _, m := range all {
		if slices.ContainsFunc(only, func(name string) bool { return strings.HasPrefix(m.Name, name) }) {
			chosen = append(chosen, m)
		}
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("nothing is measured under that name; there are: %s", strings.Join(Names(), ", "))
	}
	return chosen, nil
}

// Names returns the names of all measurements.
func Names() []string {
	var names []string
	for _, m := range Measurements() {
		names = append(names, m.Name)
	}
	return names
}

// withSubject calls work with a Subject of n contacts, in a folder that is kept or in a
// temporary one, which it removes.
func withSubject(ctx context.Context, o Options, n int, work func(*Subject) error) (err error) {
	dir := o.Keep
	if dir == "" {
		if dir, err = os.MkdirTemp(o.Dir, "kundi-bench-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	k, err := readKept(o.Keep, kept{Contacts: n, Conversations: n * o.Conversations, Seed: o.Seed, Now: time.Now()})
	if err != nil {
		return err
	}
	now := k.Now
	s := &Subject{
		contacts: n, seed: o.Seed, dir: filepath.Join(dir, "data"), people: fixtures.New(o.Seed, now),
		keep: o.Keep, kept: k,
		schema: ledger.NewSchema(fields.DefaultSettings(), fixtures.Definitions(), contacts.Kind, companies.Kind, conversations.Kind),
		env:    filter.Env{Now: now, Zone: time.UTC}, patience: o.Patience, typed: o.Typed, progress: o.Progress, program: o.Program,
	}
	defer func() { err = errors.Join(err, s.close(ctx)) }()
	return work(s)
}

// measure adds the rows of one size to the report.
func measure(ctx context.Context, o Options, s *Subject, chosen []Measurement, report *Report) error {
	for _, m := range chosen {
		if m.Whole && s.contacts > o.WholeUpTo || m.Talks && s.kept.Conversations == 0 {
			continue
		}
		r, err := m.Run(ctx, s)
		if err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
		report.add(m, s.contacts, r)
		s.say("%-20s %s", m.Name, m.Unit.format(r.P50))
	}
	return nil
}

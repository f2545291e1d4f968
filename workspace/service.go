package workspace

import (
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Store is what the use cases need of the store.
type Store interface {
	ledger.Updater
	ledger.Reader
	ledger.HistoryTrimmer
}

// Service is the use cases of attributes, settings and the names of labels: everything that
// changes them goes through it. It is safe for several goroutines.
//
// A use case checks its input outside of the store's closure, against the present schema,
// and once more inside when the schema has changed since.
type Service struct {
	store    Store
	now      func() time.Time
	changed  chan struct{} // has a token when records are to be brought up to date
	unused   func(tx ledger.Tx, a *fields.AttributeDefinition) error
	labelUse LabelUse

	unusedOption func(tx ledger.Tx, a *fields.AttributeDefinition, option string) error

	step     int           // records that get another name in one commit
	patience time.Duration // for how long a request waits until an attribute is unique
}

// Option changes how NewService makes a Service.
type Option func(*Service)

// WithAttributeUse lets the owner of something that refers to attributes by
// key, such as a segment, refuse their deletion: unused is called in the commit that
// deletes an attribute, and returns an error of fault.KindConflict that says what needs it.
func WithAttributeUse(unused func(tx ledger.Tx, a *fields.AttributeDefinition) error) Option {
	return func(s *Service) { s.unused = unused }
}

// WithOptionUse is WithAttributeUse for the options of lists: unused is called, for each, in the
// commit that removes options of an attribute, which is given as it was before.
func WithOptionUse(unused func(tx ledger.Tx, a *fields.AttributeDefinition, option string) error) Option {
	return func(s *Service) { s.unusedOption = unused }
}

// NewService returns the use cases over a store. A nil clock is time.Now.
func NewService(store Store, clock func() time.Time, options ...Option) *Service {
	s := &Service{
		store: store, now: clock, changed: make(chan struct{}, 1),
		unused:   func(ledger.Tx, *fields.AttributeDefinition) error { return nil },
		labelUse: nobodyNamesLabels,

		unusedOption: func(ledger.Tx, *fields.AttributeDefinition, string) error { return nil },
		step:         200, patience: 20 * time.Second,
	}
	if s.now == nil {
		s.now = time.Now
	}
	for _, option := range options {
		option(s)
	}
	return s
}

// instant is the present in the precision in which it is stored.
func (s *Service) instant() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

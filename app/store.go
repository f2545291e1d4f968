package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/badger"
)

// WrongZone is the error of a time zone that was given for a workspace that has
// another one.
type WrongZone struct{ Given, Has string }

// Error implements error.
func (e *WrongZone) Error() string {
	return fmt.Sprintf("--time-zone %s: the time zone of this workspace is %s; it is a setting since the workspace was made, so leave the flag out, "+
		"and change it with PATCH /v1/settings {\"time_zone\": %q}", e.Given, e.Has, e.Given)
}

// folderStore is the store of a data folder that is locked for it.
type folderStore struct {
	*storage.Store
	engine *badger.Engine
	folder *folder
}

// Close closes the store and unlocks its folder.
func (s *folderStore) Close() error {
	err := s.Store.Close()
	s.folder.unlock()
	return err
}

// openStore opens the store of the data folder; registerer gets its metrics,
// if it is not nil.
func (c Config) openStore(ctx context.Context, registerer prometheus.Registerer) (*folderStore, error) {
	settings := fields.DefaultSettings()
	if c.TimeZone != "" {
		if _, err := time.LoadLocation(c.TimeZone); err != nil {
			return nil, errors.New("the time zone is unknown; give a name of the IANA list, like Africa/Nairobi")
		}
		settings.TimeZone = c.TimeZone
	}
	open := openFolder
	if c.Existing {
		open = openData
	}
	f, err := open(c.Data)
	if err != nil {
		return nil, err
	}
	e, err := badger.Open(f.join(storeFolder), c.Logger)
	if err != nil {
		f.unlock()
		return nil, err
	}
	s, err := storage.Open(ctx, storage.Options{
		Kinds: Kinds, Collections: collections(), Engine: e, Clock: c.now, Logger: c.Logger, Registerer: registerer, Rand: rand.Reader, Settings: settings,
	})
	if err != nil {
		err = errors.Join(err, e.Close())
		f.unlock()
		return nil, err
	}
	opened := &folderStore{Store: s, engine: e, folder: f}
	if err := c.CheckTimeZone(s.Schema().Settings.TimeZone); err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	return opened, nil
}

// CheckTimeZone is an error, a *WrongZone, when a workspace must have another
// time zone than it has.
func (c Config) CheckTimeZone(has string) error {
	if c.MustHaveZone && c.TimeZone != "" && c.TimeZone != has {
		return &WrongZone{Given: c.TimeZone, Has: has}
	}
	return nil
}

// WithStore does work on the store of a data folder that no server runs on,
// without the index, which may take long to open.
func WithStore(ctx context.Context, config Config, work func(*storage.Store) error) (err error) {
	s, err := config.openStore(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return work(s.Store)
}

// WithKeys is WithStore for work on the API keys alone.
func WithKeys(ctx context.Context, config Config, work func(*access.Keys) error) error {
	return WithStore(ctx, config, func(s *storage.Store) error {
		keys, err := access.Open(ctx, s, time.Now, rand.Reader)
		if err != nil {
			return err
		}
		return work(keys)
	})
}

// WithPeople is WithStore for work on the people who sign in alone.
func WithPeople(ctx context.Context, config Config, work func(*access.People) error) error {
	return WithStore(ctx, config, func(s *storage.Store) error {
		keys, err := access.Open(ctx, s, time.Now, rand.Reader)
		if err != nil {
			return err
		}
		people, err := access.OpenPeople(ctx, s, keys, time.Now, rand.Reader)
		if err != nil {
			return err
		}
		return work(people)
	})
}

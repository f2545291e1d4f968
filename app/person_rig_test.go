package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/scheduler"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// peopleRig is a whole Kundi over a store in memory, with a clock that a test moves.
type peopleRig struct {
	*App
	t       rapid.TB
	region  memory.Region
	folder  string // of the index
	begun   string // a copy of the index as the program found it when it started, "" for none
	clock   time.Time
	turning sync.RWMutex // held while the clock is moved: the program looks at it meanwhile
	handler http.Handler
}

func newPeopleRig(t rapid.TB, folder string) *peopleRig {
	r := &peopleRig{t: t, folder: folder, clock: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
	r.open()
	return r
}

func (r *peopleRig) open() {
	ctx := context.Background()
	config := quietConfig(r.folder)
	config.Clock = func() time.Time {
		r.turning.RLock()
		defer r.turning.RUnlock()
		return r.clock
	}
	engine, err := r.region.Open()
	require.NoError(r.t, err)
	store, err := storage.Open(ctx, storage.Options{
		Kinds: Kinds, Collections: collections(), Engine: engine, Clock: config.now, Logger: config.Logger, Rand: rand.Reader, Settings: fields.DefaultSettings(),
	})
	require.NoError(r.t, err)
	r.App = &App{config: config, metrics: prometheus.NewRegistry(), Store: store}
	r.onClose(func(context.Context) error { return store.Close() })
	require.NoError(r.t, r.openIndex(ctx))
	require.NoError(r.t, r.openServices(ctx))
	api, err := r.App.handler(10)
	require.NoError(r.t, err)
	r.handler = api.OwnerHandler()
}

// ending is how the program ends before it starts again.
type ending int

const (
	closed ending = iota // it writes down what it has in memory
	lost                 // and the folder of the index is lost
	killed               // it writes nothing down: the index is as it was when the program started
)

// restart ends the program and starts it again.
func (r *peopleRig) restart(e ending) {
	require.NoError(r.t, r.Close(context.Background()))
	index := filepath.Join(r.folder, indexFolder)
	if e != closed {
		require.NoError(r.t, os.RemoveAll(index))
	}
	if e == killed && r.begun != "" {
		require.NoError(r.t, os.CopyFS(index, os.DirFS(r.begun)))
	}
	r.keepIndex(index)
	r.open()
}

// keepIndex keeps the index as the program finds it.
func (r *peopleRig) keepIndex(index string) {
	r.begun = r.folder + ".begun"
	require.NoError(r.t, os.RemoveAll(r.begun))
	if _, err := os.Stat(index); err != nil {
		r.begun = ""
		return
	}
	require.NoError(r.t, os.CopyFS(r.begun, os.DirFS(index)))
}

// ring rings all alarms that are due.
func (r *peopleRig) ring() {
	if !r.due() {
		return
	}
	grown, stop := r.Store.Subscribe()
	defer stop()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		scheduler.NewAlarms(r.Store, r.bells(), r.config.Clock, r.config.Logger).Run(ctx)
	}()
	defer func() { cancel(); <-done }()
	stuck := time.After(time.Minute)
	for r.due() {
		select {
		case <-grown:
		case <-stuck:
			require.Fail(r.t, "an alarm does not ring")
		}
	}
}

// due reports whether an alarm is.
func (r *peopleRig) due() bool {
	list, err := r.Store.Documents(context.Background(), ledger.Alarms, "", "", 1)
	require.NoError(r.t, err)
	if len(list) == 0 {
		return false
	}
	alarm, err := ledger.AlarmOf(list[0])
	require.NoError(r.t, err)
	return !alarm.At.After(r.clock)
}

// call sends a request and returns the status and the JSON object of the answer.
func (r *peopleRig) call(method, target string, body any) (int, object) {
	text := []byte(nil)
	if body != nil {
		var err error
		text, err = json.Marshal(body)
		require.NoError(r.t, err)
	}
	request := httptest.NewRequest(method, target, bytes.NewReader(text))
	request.Host = "localhost"
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	r.handler.ServeHTTP(w, request)
	var answer object
	if w.Body.Len() > 0 {
		require.NoError(r.t, json.Unmarshal(w.Body.Bytes(), &answer), w.Body.String())
	}
	if w.Code >= 500 {
		require.Fail(r.t, "the server failed", "%s %s %s: %d %s", method, target, text, w.Code, w.Body)
	}
	return w.Code, answer
}

// expect sends a request, which must have the status.
func (r *peopleRig) expect(want int, method, target string, body any) object {
	status, answer := r.call(method, target, body)
	require.Equal(r.t, want, status, "%s %s %v: %v", method, target, body, answer)
	return answer
}

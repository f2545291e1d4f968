//go:build unix

package app_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/app"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/fixtures"
	"github.com/ndoto/kundi/imports"
	"github.com/ndoto/kundi/ledger"
)

// The benchmarks of writing measure the whole program over a folder on disk:
// store, columns and text index. Writes are acknowledged once they are durable
// and in every filter; the text follows, at the same time and on the same
// processors. lag-ms is how long it took to catch up with the last of them,
// cpu-µs what a write took of the processors until then, text and clients
// included: on a busy machine it says more than the rate.

var loader = ledger.Caller{Author: ledger.Author{Source: ledger.SourceImport, Name: "benchmark"}}

func openApp(b *testing.B) *app.App {
	b.Helper()
	ctx := context.Background()
	a, err := app.Open(ctx, app.Config{Data: b.TempDir(), Listen: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler)})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, a.Close(ctx)) })
	for _, draft := range fixtures.Attributes() {
		_, err := a.Workspace.DefineAttribute(ctx, loader, draft)
		require.NoError(b, err)
	}
	return a
}

// BenchmarkUpsertHTTP has 64 clients upsert one contact a request over
// loopback, each on a connection of its own. Two requests in three make a
// contact and one changes it. The clients take their share of the processors.
func BenchmarkUpsertHTTP(b *testing.B) {
	a := openApp(b)
	address, key := serve(b, a)
	bodies := upserts(b, b.N)
	var next atomic.Int64
	var clients sync.WaitGroup
	before := processorTime(b)
	b.ResetTimer()
	for range 64 {
		clients.Go(func() {
			c, err := dial(address, key)
			if err != nil {
				b.Error(err)
				return
			}
			defer c.conn.Close()
			for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
				if err := c.upsert(bodies[i]); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	clients.Wait()
	reportRate(b, b.N, processorTime(b)-before, "upserts/s")
	reportLag(b, a)
}

// upserts are the bodies of n requests.
func upserts(b *testing.B, n int) [][]byte {
	b.Helper()
	people := fixtures.New(1, time.Now())
	bodies := make([][]byte, n)
	for i := range bodies {
		draft := people.Contact(i)
		if i%3 == 2 {
			draft = people.Contact(i - 2)
			draft["city"] = fmt.Sprintf("City %d", i)
		}
		body, err := json.Marshal(draft)
		require.NoError(b, err)
		bodies[i] = body
	}
	return bodies
}

func serve(b *testing.B, a *app.App) (address, key string) {
	b.Helper()
	ctx, stop := context.WithCancel(context.Background())
	_, key, _, err := a.Keys.Create(ctx, loader, access.Draft{Name: "benchmark", Scope: access.ScopeAdmin, Limits: access.Limits{RequestsPerSecond: access.MaxRequestsPerSecond}})
	require.NoError(b, err)
	l, err := a.Listen()
	require.NoError(b, err)
	served := make(chan error, 1)
	go func() { served <- l.Serve(ctx) }()
	b.Cleanup(func() {
		stop()
		require.NoError(b, <-served)
	})
	return strings.TrimPrefix(l.URL(), "http://"), key
}

// client is a connection that takes as little of the processor as can be, for
// it runs beside the server that is measured.
type client struct {
	conn   net.Conn
	in     *bufio.Reader
	header string
	out    bytes.Buffer
}

func dial(address, key string) (*client, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &client{conn: conn, in: bufio.NewReader(conn), header: "POST /v1/contacts/upsert HTTP/1.1\r\nHost: " + address +
		"\r\nAuthorization: Bearer " + key + "\r\nContent-Type: application/json\r\nContent-Length: "}, nil
}

func (c *client) upsert(body []byte) error {
	c.out.Reset()
	fmt.Fprintf(&c.out, "%s%d\r\n\r\n", c.header, len(body))
	c.out.Write(body)
	if _, err := c.out.WriteTo(c.conn); err != nil {
		return err
	}
	return c.answer()
}

// answer reads an answer and fails unless it is 200 or 201.
func (c *client) answer() error {
	status, err := c.in.ReadSlice('\n')
	if err != nil {
		return err
	}
	refused := !bytes.HasPrefix(status, []byte("HTTP/1.1 20"))
	length := 0
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) == 2 {
			break
		}
		if n, found := bytes.CutPrefix(line, []byte("Content-Length: ")); found {
			if _, err := fmt.Sscan(string(n), &length); err != nil {
				return err
			}
		}
	}
	if refused {
		text := make([]byte, length)
		_, err := io.ReadFull(c.in, text)
		return fmt.Errorf("refused: %s %w", text, err)
	}
	_, err = c.in.Discard(length)
	return err
}

// BenchmarkBatch upserts 1,000 new contacts a call.
func BenchmarkBatch(b *testing.B) {
	a := openApp(b)
	people := fixtures.New(1, time.Now())
	to := imports.Into(a.Contacts, loader.Author)
	n := 0
	before := processorTime(b)
	for b.Loop() {
		drafts := make([]fields.Draft, contacts.MaxBatch)
		for i := range drafts {
			drafts[i] = people.Contact(n)
			n++
		}
		_, err := to.UpsertBatch(context.Background(), drafts, contacts.FileRules{})
		require.NoError(b, err)
	}
	reportRate(b, n, processorTime(b)-before, "contacts/s")
	reportLag(b, a)
}

// BenchmarkImport imports a file of 50,000 contacts, with all that they have.
func BenchmarkImport(b *testing.B) {
	const rows = 50_000
	file := csvOf(b, rows)
	var took time.Duration
	for b.Loop() {
		b.StopTimer()
		a := openApp(b)
		before := processorTime(b)
		b.StartTimer()
		plan, err := imports.New(context.Background(), bytes.NewReader(file), a.Workspace.Attributes(fields.EntityContact), imports.Options{})
		require.NoError(b, err)
		summary, err := plan.Run(context.Background(), imports.Into(a.Contacts, loader.Author))
		require.NoError(b, err)
		require.Zero(b, summary.Refused)
		b.StopTimer()
		took += processorTime(b) - before
		reportLag(b, a)
		b.StartTimer()
	}
	reportRate(b, rows*b.N, took, "rows/s")
}

// csvOf is a file with every member that a sample contact may have.
func csvOf(b *testing.B, rows int) []byte {
	b.Helper()
	header := []string{"type", "name", "first_name", "last_name", "email", "phone", "identifier", "country", "city",
		"company", "labels", "channels", "created_at", "last_seen_at"}
	standard := len(header)
	for _, d := range fixtures.Definitions() {
		header = append(header, fields.AttributePrefix+d.Key)
	}
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	require.NoError(b, w.Write(header))
	people := fixtures.New(1, time.Now())
	for i := range rows {
		draft := people.Contact(i)
		attributes, _ := draft["attributes"].(map[string]any)
		cells := make([]string, len(header))
		for at, name := range header {
			if at < standard {
				cells[at] = cell(draft[name])
			} else {
				cells[at] = cell(attributes[strings.TrimPrefix(name, fields.AttributePrefix)])
			}
		}
		require.NoError(b, w.Write(cells))
	}
	w.Flush()
	return file.Bytes()
}

// cell is a value as a file has it.
func cell(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case []any:
		parts := make([]string, len(v))
		for i, part := range v {
			parts[i] = fmt.Sprint(part)
		}
		return strings.Join(parts, ";")
	case []string:
		return strings.Join(v, ";")
	default:
		return fmt.Sprint(v)
	}
}

func reportRate(b *testing.B, n int, processors time.Duration, unit string) {
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), unit)
	b.ReportMetric(float64(processors.Microseconds())/float64(n), "cpu-µs")
}

// processorTime is what this process has used of the processors so far.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// reportLag waits until the text index knows every write.
func reportLag(b *testing.B, a *app.App) {
	b.Helper()
	from := time.Now()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for a.Index.Status().Text.Applied < a.Store.Head() {
		<-look.C
	}
	b.ReportMetric(float64(time.Since(from).Milliseconds()), "lag-ms")
}

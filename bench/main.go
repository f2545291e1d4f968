// Command bench asks Kundi, PostgreSQL, DuckDB, ClickHouse, Polars and Bleve alone the same
// questions about the same contacts, in one run, and compares their answers
// and times.
//
//	go run . --contacts 1000000
//
// With the word differ it asks Kundi and PostgreSQL random filters, and compares only the answers:
//
//	go run . differ --contacts 20000 --cases 5000
//
// It needs the programs of PostgreSQL 15 (Debian: apt-get install postgresql-15); as root it
// runs the cluster as the user postgres. DuckDB, ClickHouse and Polars are reached from Python
// (pip install duckdb chdb polars numpy), and left out without it. All data is in a temporary folder that is removed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/ndoto/kundi/bench/cluster"
	"github.com/ndoto/kundi/cli"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/fixtures"
	"github.com/ndoto/kundi/perf"
)

// options are the flags.
type options struct {
	contacts int
	rounds   int
	seed     uint64
	postgres string
	python   string
	without  string
}

// optional are the systems that can be left out.
var optional = []string{overHTTP, "bleve", "postgres", "duckdb", "clickhouse", "polars", "bound"}

// unknown reports whether a system is to be left out that there is not.
func (o options) unknown() bool {
	return o.without != "" && slices.ContainsFunc(strings.Split(o.without, ","), func(name string) bool { return !slices.Contains(optional, name) })
}

// out reports whether a system is to be left out.
func (o options) out(name string) bool {
	return strings.Contains(","+o.without+",", ","+name+",")
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	word, code := "", 0
	if len(os.Args) > 1 {
		word = os.Args[1]
	}
	switch word {
	case "differ":
		code = runDiffer(ctx, os.Args[2:])
	case asKundi:
		code = cli.Main(ctx, os.Args[2:], os.Stdout, os.Stderr)
	default:
		code = runBench(ctx)
	}
	stop()
	os.Exit(code)
}

// runBench compares the systems. Its exit code is 2 for wrong usage.
func runBench(ctx context.Context) (code int) {
	var o options
	flag.IntVar(&o.contacts, "contacts", 100_000, "how many contacts")
	flag.IntVar(&o.rounds, "rounds", 50, "how often each question is asked of each system")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the invented contacts")
	flag.StringVar(&o.postgres, "postgres", cluster.Programs, "folder of PostgreSQL's programs")
	flag.StringVar(&o.python, "python", "python3", "a Python that has duckdb, chdb, polars and numpy")
	flag.StringVar(&o.without, "without", "", "systems to leave out, separated by commas: "+strings.Join(optional, ", "))
	flag.Parse()
	if o.unknown() {
		fmt.Fprintf(os.Stderr, "bench: --without knows %s, and no other system\n", strings.Join(optional, ", "))
		return 2
	}
	if o.contacts < 1 || o.contacts > fixtures.MaxContacts || o.rounds < 1 || flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "bench: --contacts must be 1 to %d, --rounds at least 1, and there are no other arguments\n", fixtures.MaxContacts)
		return 2
	}
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 1
	}
	return 0
}

// temporary makes a folder that PostgreSQL's user can reach its own in.
func temporary() (string, error) {
	dir, err := os.MkdirTemp("", "kundi-bench-")
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o711)
}

// run runs the comparison and prints a report. If answers differ, it prints the report
// and returns an error.
func run(ctx context.Context, o options) (err error) {
	dir, err := temporary()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	now := time.Now().UTC().Truncate(time.Millisecond)
	machine := perf.ThisMachine()
	people := fixtures.New(o.seed, now)
	say("making %d contacts", o.contacts)
	rows, err := newRows(dir, people, o.contacts)
	if err != nil {
		return err
	}
	at := moments{now}
	var systems []System
	defer func() {
		for _, s := range systems {
			err = errors.Join(err, s.Close())
		}
	}()
	report := &Report{}
	for _, starts := range starters(dir, people, at, o) {
		s, err := starts(ctx)
		var m *missing
		if errors.As(err, &m) {
			say("%s", m.why)
			report.Missing = append(report.Missing, m.why)
			continue
		} else if err != nil {
			return err
		}
		systems = append(systems, s)
		start := time.Now()
		if err := s.Load(ctx, rows); err != nil {
			return fmt.Errorf("%s: %w", s.Name(), err)
		}
		debug.FreeOSMemory() // which the load needed: the others need it, too
		say("%s is ready after %.1f s", s.Name(), time.Since(start).Seconds())
	}
	asking := perf.ThisMachine().Load
	c := comparison{systems: systems, rounds: o.rounds, rows: rows, at: at, report: report}
	if err := c.run(ctx, Searches(people, o.contacts)); err != nil {
		return err
	}
	report.Header = fmt.Sprintf("%d contacts, %s, %d cores, %s, load %s at the start, %s before the questions and %s after them, %s, medians of %d rounds",
		o.contacts, machine.Processor, machine.Cores, machine.Go, machine.Load, asking, perf.ThisMachine().Load, now.Format(time.RFC3339), o.rounds)
	if err := report.Write(os.Stdout); err != nil {
		return err
	}
	return c.disagreement()
}

// starters return functions that start the systems, Kundi's first. The error of one is a *missing when
// the system is not on this machine and can be done without.
func starters(dir string, people *fixtures.Generator, at moments, o options) []func(context.Context) (System, error) {
	list := []func(context.Context) (System, error){func(context.Context) (System, error) {
		return &kundi{dir: dir, env: filter.Env{Now: at.now, Zone: time.UTC}}, nil
	}}
	add := func(name string, start func(context.Context) (System, error)) {
		if !o.out(name) {
			list = append(list, start)
		}
	}
	add(overHTTP, func(context.Context) (System, error) { return &server{dir: dir, people: people}, nil })
	// Bleve is loaded before the others take memory, because its builder needs most.
	add("bleve", func(context.Context) (System, error) { return &alone{path: filepath.Join(dir, "bleve"), at: at}, nil })
	python := func(name string, d *dialect) {
		add(name, func(ctx context.Context) (System, error) {
			return startPython(ctx, o.python, dir, &pythonSystem{name: name, dialect: d, at: at})
		})
	}
	add("postgres", func(ctx context.Context) (System, error) {
		c, err := cluster.Start(ctx, dir, o.postgres)
		return &postgres{Cluster: c, at: at}, err
	})
	python("duckdb", &duckDialect)
	python("clickhouse", &clickhouseDialect)
	python("polars", nil)
	add("bound", func(context.Context) (System, error) { return &bound{at: at}, nil })
	return list
}

// say prints the progress.
func say(format string, values ...any) { fmt.Fprintf(os.Stderr, format+"\n", values...) }

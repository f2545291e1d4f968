package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"
)

// postgresSchema makes the table of a file that was copied in, and the indexes
// that a good engineer would make for questions that are not known before.
//
//go:embed postgres.sql
var postgresSchema string

// postgresSettings fit two cores and some gigabytes. Nothing has to survive,
// so loading does not wait for the disk; just-in-time compilation costs more
// than it saves on questions of milliseconds.
var postgresSettings = []string{
	"listen_addresses=", "shared_buffers=2GB", "work_mem=64MB", "maintenance_work_mem=512MB", "effective_cache_size=6GB",
	"max_parallel_workers_per_gather=2", "max_parallel_maintenance_workers=1", "random_page_cost=1.1", "jit=off",
	"fsync=off", "max_wal_size=8GB", "timezone=UTC",
}

// postgres is a cluster of its own, reached over a socket in its folder.
type postgres struct {
	dir, bin string
	as       *user.User // who runs it: not root, which PostgreSQL refuses
	at       moments
	conn     *pgx.Conn
}

// startPostgres makes a cluster in a folder and starts it.
func startPostgres(ctx context.Context, dir, bin string, at moments) (*postgres, error) {
	p := &postgres{dir: filepath.Join(dir, "postgres"), bin: bin, at: at}
	if err := os.Mkdir(p.dir, 0o700); err != nil {
		return nil, err
	}
	if os.Geteuid() == 0 {
		if err := p.giveTo("postgres"); err != nil {
			return nil, err
		}
	}
	data := filepath.Join(p.dir, "data")
	if err := p.run(ctx, "initdb", "-D", data, "-U", "bench", "--auth=trust", "--locale=C.UTF-8", "--encoding=UTF8", "--no-sync"); err != nil {
		return nil, err
	}
	options := "-k " + p.dir
	for _, setting := range postgresSettings {
		options += " -c " + setting
	}
	if err := p.run(ctx, "pg_ctl", "-D", data, "-w", "-l", filepath.Join(p.dir, "log"), "-o", options, "start"); err != nil {
		return nil, err
	}
	conn, err := pgx.Connect(ctx, "host="+p.dir+" user=bench dbname=postgres")
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	p.conn = conn
	return p, nil
}

// giveTo makes another user the owner of the folder.
func (p *postgres) giveTo(name string) (err error) {
	if p.as, err = user.Lookup(name); err != nil {
		return err
	}
	uid, gid := p.ids()
	return os.Chown(p.dir, int(uid), int(gid))
}

func (p *postgres) ids() (uid, gid uint32) {
	u, _ := strconv.ParseUint(p.as.Uid, 10, 32)
	g, _ := strconv.ParseUint(p.as.Gid, 10, 32)
	return uint32(u), uint32(g)
}

// run runs a program of PostgreSQL. The server it may leave behind must not
// hold its output open, so that goes to a file.
func (p *postgres) run(ctx context.Context, program string, args ...string) error {
	output, err := os.CreateTemp("", "bench-postgres-")
	if err != nil {
		return err
	}
	defer os.Remove(output.Name())
	defer output.Close()
	c := exec.CommandContext(ctx, filepath.Join(p.bin, program), args...)
	c.Dir, c.Stdout, c.Stderr = p.dir, output, output
	if p.as != nil {
		uid, gid := p.ids()
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: gid}}
	}
	if err := c.Run(); err != nil {
		text, _ := os.ReadFile(output.Name())
		return fmt.Errorf("%s: %w: %s", program, err, text)
	}
	return nil
}

// Name implements System.
func (*postgres) Name() string { return "postgres" }

// Load implements System.
func (p *postgres) Load(ctx context.Context, rows *Rows) error {
	staging := make([]string, len(columns))
	for i, name := range columns {
		staging[i] = name + " text"
	}
	if _, err := p.conn.Exec(ctx, "CREATE UNLOGGED TABLE staging ("+strings.Join(staging, ", ")+")"); err != nil {
		return err
	}
	file, err := os.Open(rows.File)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := p.conn.PgConn().CopyFrom(ctx, file, "COPY staging FROM STDIN (FORMAT csv, HEADER)"); err != nil {
		return err
	}
	for _, statement := range strings.Split(postgresSchema, ";\n") {
		if _, err := p.conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%w in %s", err, statement)
		}
	}
	return nil
}

// postgresNames are the attributes as expressions that have an index.
var postgresNames = []string{
	"{tier}", "(attributes->>'tier')", "{renewal_date}", "(attributes->>'renewal_date')",
	"{mrr}", "((attributes->>'mrr')::numeric)", "{health}", "((attributes->>'health')::numeric)", "{seats}", "((attributes->>'seats')::numeric)",
	"{newsletter}", `attributes @> '{"newsletter": true}'`, "{consent refused}", `attributes @> '{"marketing_consent": false}'`,
}

// Prepare implements System.
func (p *postgres) Prepare(ctx context.Context, q Question) (func(context.Context) (Answer, error), error) {
	text := strings.NewReplacer(append(postgresNames, p.at.quoted()...)...).Replace(statement(q))
	if _, err := p.conn.Prepare(ctx, q.Name, text); err != nil {
		return nil, fmt.Errorf("%w in %s", err, text)
	}
	return func(ctx context.Context) (a Answer, err error) {
		rows, err := p.conn.Query(ctx, q.Name)
		if err != nil {
			return a, err
		}
		switch q.Kind {
		case Count:
			a.Count, err = pgx.CollectExactlyOneRow(rows, pgx.RowTo[uint64])
		case Facets:
			a.Facets, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (f Facet, err error) {
				var value *string
				if err = row.Scan(&f.Field, &value, &f.Count); value != nil {
					f.Value = *value
				}
				return f, err
			})
		default:
			a.IDs, err = pgx.CollectRows(rows, pgx.RowTo[uint32])
		}
		return a, err
	}, nil
}

// Search implements Searcher, with the trigram index.
func (p *postgres) Search(ctx context.Context, way Way, text string) ([]uint32, error) {
	const (
		prefix = `SELECT id FROM contacts WHERE name_fold LIKE $1 || '%' OR name_fold LIKE '% ' || $1 || '%' LIMIT 10`
		typo   = `SELECT id FROM contacts WHERE $1 <% name_fold ORDER BY $1 <<-> name_fold, id LIMIT 10`
	)
	statement := prefix
	if way == Typo {
		statement = typo
	}
	rows, err := p.conn.Query(ctx, statement, text)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uint32])
}

// Close implements System: it stops the cluster.
func (p *postgres) Close() error {
	var failure error
	if p.conn != nil {
		failure = p.conn.Close(context.Background())
	}
	return errors.Join(failure, p.run(context.Background(), "pg_ctl", "-D", filepath.Join(p.dir, "data"), "-m", "fast", "-w", "stop"))
}

package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/binary"
	"fmt"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/ndoto/kundi/bench/cluster"
)

// postgresSchema makes the tables of a file that was copied in, and the indexes of an engineer who
// knows the questions.
//
//go:embed postgres.sql
var postgresSchema string

// postgres is a cluster of its own with the table of the contacts.
type postgres struct {
	*cluster.Cluster
	at      moments
	rows    *Rows
	version string
}

// Name implements System.
func (*postgres) Name() string { return "postgres" }

// Setup implements System.
func (p *postgres) Setup() string {
	var indexes []string
	for _, statement := range strings.Split(postgresSchema, ";\n") {
		if _, index, is := strings.Cut(statement, "INDEX ON "); is {
			indexes = append(indexes, index)
		}
	}
	return fmt.Sprintf("PostgreSQL %s, own cluster on disk, Unix socket, prepared statements in binary; %s; typed columns, rows in the order of type, country, tier, last_seen_at; "+
		"a table of labels; VACUUM ANALYZE; indexes: primary key, %s", p.version, strings.Join(cluster.Settings, ", "), strings.Join(indexes, "; "))
}

// Load implements System.
func (p *postgres) Load(ctx context.Context, rows *Rows) error {
	p.rows = rows
	staging := make([]string, len(csvHead))
	for i, name := range csvHead {
		staging[i] = name + " text"
	}
	if _, err := p.Conn.Exec(ctx, "CREATE UNLOGGED TABLE staging ("+strings.Join(staging, ", ")+")"); err != nil {
		return err
	}
	file, err := os.Open(rows.File)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := p.Conn.PgConn().CopyFrom(ctx, file, "COPY staging FROM STDIN (FORMAT csv, HEADER)"); err != nil {
		return err
	}
	for _, statement := range strings.Split(postgresSchema, ";\n") {
		if _, err := p.Conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%w in %s", err, statement)
		}
	}
	return p.Conn.QueryRow(ctx, "SHOW server_version").Scan(&p.version)
}

// Prepare implements System.
func (p *postgres) Prepare(ctx context.Context, q Question) (func(context.Context) (Answer, error), error) {
	text := postgresDialect.statement(q, p.at)
	if q.Kind == Members {
		return func(ctx context.Context) (a Answer, err error) {
			var lines lineCounter
			_, err = p.Conn.PgConn().CopyTo(ctx, &lines, "COPY ("+text+") TO STDOUT (FORMAT csv)")
			return Answer{Count: lines.n}, err
		}, nil
	}
	if _, err := p.Conn.Prepare(ctx, q.Name, text); err != nil {
		return nil, fmt.Errorf("%w in %s", err, text)
	}
	if q.Kind == Change {
		return p.change(ctx, q.Name)
	}
	return func(ctx context.Context) (a Answer, err error) {
		rows, err := p.Conn.Query(ctx, q.Name)
		if err != nil {
			return a, err
		}
		switch q.Kind {
		case Count, Nothing:
			a.Count, err = pgx.CollectExactlyOneRow(rows, pgx.RowTo[uint64])
		case Facets:
			a.Facets, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (f Facet, err error) {
				var value *string
				if err = row.Scan(&f.Field, &value, &f.Count); value != nil {
					f.Value = *value
				}
				return f, err
			})
		case IDs:
			if rows.Next() {
				a.IDs = integers(rows.RawValues()[0])
			}
			rows.Close()
			err = rows.Err()
		default:
			a.IDs, err = pgx.CollectRows(rows, pgx.RowTo[uint32])
		}
		return a, err
	}, nil
}

// integers reads an array of int4 without NULL in PostgreSQL's binary form: a head of five numbers, then the
// length and the value of each. nil is an array of nothing.
func integers(array []byte) []uint32 {
	const head, item = 20, 8
	if len(array) < head {
		return nil
	}
	list := make([]uint32, 0, (len(array)-head)/item)
	for at := head; at < len(array); at += item {
		list = append(list, binary.BigEndian.Uint32(array[at+4:]))
	}
	return list
}

// change changes one contact, waits until that is on the disk, and counts with a prepared statement.
func (p *postgres) change(ctx context.Context, count string) (func(context.Context) (Answer, error), error) {
	const change = "change"
	if _, err := p.Conn.Prepare(ctx, change, "UPDATE contacts SET mrr = $2 WHERE id = $1"); err != nil {
		return nil, err
	}
	next, err := p.rows.changes()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) (a Answer, err error) {
		id, mrr := next()
		if _, err := p.Conn.Exec(ctx, change, id, mrr); err != nil {
			return a, err
		}
		err = p.Conn.QueryRow(ctx, count).Scan(&a.Count)
		return a, err
	}, nil
}

// lineCounter counts the lines that are written to it.
type lineCounter struct{ n uint64 }

func (c *lineCounter) Write(p []byte) (int, error) {
	c.n += uint64(bytes.Count(p, []byte{'\n'}))
	return len(p), nil
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
	rows, err := p.Conn.Query(ctx, statement, text)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uint32])
}

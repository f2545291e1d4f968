package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/ndoto/kundi/bench/cluster"
)

// postgresSchema makes the table of a file that was copied in, and the indexes
// that a good engineer would make for questions that are not known before.
//
//go:embed postgres.sql
var postgresSchema string

// postgres is a cluster of its own with the table of the contacts.
type postgres struct {
	*cluster.Cluster
	at moments
}

// Name implements System.
func (*postgres) Name() string { return "postgres" }

// Load implements System.
func (p *postgres) Load(ctx context.Context, rows *Rows) error {
	staging := make([]string, len(columns))
	for i, name := range columns {
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
	if _, err := p.Conn.Prepare(ctx, q.Name, text); err != nil {
		return nil, fmt.Errorf("%w in %s", err, text)
	}
	return func(ctx context.Context) (a Answer, err error) {
		rows, err := p.Conn.Query(ctx, q.Name)
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
	rows, err := p.Conn.Query(ctx, statement, text)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uint32])
}

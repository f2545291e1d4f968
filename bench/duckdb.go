package main

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"strings"

	_ "github.com/duckdb/duckdb-go/v2" // the driver "duckdb"
)

// duckSchema makes a table with a typed column for every field.
//
//go:embed duckdb.sql
var duckSchema string

// duck is DuckDB in this process, in memory.
type duck struct {
	db *sql.DB
	at moments
}

func openDuck(at moments) (*duck, error) {
	db, err := sql.Open("duckdb", "?threads=2")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return &duck{db: db, at: at}, nil
}

// Name implements System.
func (*duck) Name() string { return "duckdb" }

// Load implements System.
func (d *duck) Load(ctx context.Context, rows *Rows) error {
	text := strings.ReplaceAll(duckSchema, "{file}", strings.ReplaceAll(rows.File, "'", "''"))
	_, err := d.db.ExecContext(ctx, text)
	return err
}

// duckNames are the attributes as columns.
var duckNames = []string{
	"{tier}", "tier", "{renewal_date}", "renewal_date", "{mrr}", "mrr", "{health}", "health", "{seats}", "seats",
	"{newsletter}", "newsletter", "{consent refused}", "coalesce(NOT marketing_consent, false)",
}

// Prepare implements System.
func (d *duck) Prepare(ctx context.Context, q Question) (func(context.Context) (Answer, error), error) {
	text := strings.NewReplacer(append(duckNames, d.at.quoted()...)...).Replace(statement(q))
	prepared, err := d.db.PrepareContext(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, text)
	}
	return func(ctx context.Context) (a Answer, err error) {
		if q.Kind == Count {
			err = prepared.QueryRowContext(ctx).Scan(&a.Count)
			return a, err
		}
		rows, err := prepared.QueryContext(ctx)
		if err != nil {
			return a, err
		}
		defer rows.Close()
		for rows.Next() {
			if q.Kind == Facets {
				var f Facet
				var value sql.NullString
				err = rows.Scan(&f.Field, &value, &f.Count)
				f.Value = value.String
				a.Facets = append(a.Facets, f)
			} else {
				var id uint32
				err = rows.Scan(&id)
				a.IDs = append(a.IDs, id)
			}
			if err != nil {
				return a, err
			}
		}
		return a, rows.Err()
	}, nil
}

// Close implements System.
func (d *duck) Close() error { return d.db.Close() }

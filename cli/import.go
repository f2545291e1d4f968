package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/ndoto/kundi/app"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/imports"
)

type importCSV struct {
	File string `arg:"" type:"existingfile" help:"CSV file with a header row, in UTF-8; separated by comma, semicolon or tab."`

	Map      map[string]string `help:"Field that a column holds, like --map \"Account no=identifier\"; a column is its name or its position from 1." placeholder:"COLUMN=FIELD" mapsep:"none"`
	Skip     []string          `help:"Column to leave out." placeholder:"COLUMN" sep:"none"`
	FromLine int               `help:"Line of the file to resume from." placeholder:"N"`
	Rejects  string            `help:"File for a line, field and reason of every row that is refused." placeholder:"FILE"`
}

// Validate implements kong's check of a parsed command.
func (c importCSV) Validate() error {
	if c.FromLine < 0 {
		return errors.New("--from-line must be a line of the file, from 1")
	}
	return nil
}

// Run imports the file. Rows that are refused do not stop the others, but the
// command then fails, for the file is not all in.
func (c importCSV) Run(ctx context.Context, config app.Config, s streams) error {
	var summary imports.Summary
	err := either(ctx, config, func(remote client) (err error) {
		attributes, err := remote.attributes(ctx)
		if err != nil {
			return err
		}
		summary, err = c.run(ctx, s, attributes, remote)
		return err
	}, func(a *app.App) (err error) {
		by := contacts.Author{Source: contacts.SourceImport, Name: "kundi import"}
		if summary, err = c.run(ctx, s, a.Contacts.Attributes(), imports.Into(a.Contacts, by)); err != nil {
			return err
		}
		return awaitIndex(ctx, s, a)
	})
	if err != nil {
		if summary.NextLine > 1 {
			return fmt.Errorf("%w\nSo far: %s. Resume with --from-line %d", err, describe(summary), summary.NextLine)
		}
		return err
	}
	if _, err := fmt.Fprintln(s.out, describe(summary)); err != nil {
		return err
	}
	if summary.Refused > 0 {
		if c.Rejects == "" {
			return errors.New("some rows were refused; --rejects FILE tells which and why")
		}
		return fmt.Errorf("some rows were refused; %s tells which and why", c.Rejects)
	}
	return nil
}

func describe(s imports.Summary) string {
	return fmt.Sprintf("%d created, %d updated, %d unchanged, %d refused", s.Created, s.Updated, s.Unchanged, s.Refused)
}

func (c importCSV) run(ctx context.Context, s streams, attributes []*contacts.AttributeDefinition, to imports.Upserter) (summary imports.Summary, err error) {
	file, err := os.Open(c.File)
	if err != nil {
		return summary, err
	}
	defer file.Close()
	bars := phases{to: s.err}
	defer bars.finish()
	options := imports.Options{
		Map: c.Map, Skip: c.Skip, FromLine: c.FromLine,
		Progress: func(p imports.Progress) { bars.show(string(p.Phase), p.Done, p.Total) },
	}
	if c.Rejects != "" {
		rejects, failure := os.Create(c.Rejects)
		if failure != nil {
			return summary, failure
		}
		defer func() { err = errors.Join(err, rejects.Close()) }()
		options.Rejects = rejects
	}
	plan, err := imports.New(ctx, file, attributes, options)
	if err != nil {
		return summary, err
	}
	return plan.Run(ctx, to)
}

package cli

import (
	"bufio"
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
		return index(ctx, s, a)
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
	options := imports.Options{Map: c.Map, Skip: c.Skip, FromLine: c.FromLine, Progress: importProgress(s)}
	if c.Rejects != "" {
		rejects, err := os.Create(c.Rejects)
		if err != nil {
			return summary, err
		}
		buffered := bufio.NewWriter(rejects)
		defer func() { err = errors.Join(err, buffered.Flush(), rejects.Close()) }()
		options.Rejects = buffered
	}
	plan, err := imports.New(ctx, file, attributes, options)
	if err != nil {
		return summary, err
	}
	return plan.Run(ctx, to)
}

// importProgress shows a bar for each phase.
func importProgress(s streams) func(imports.Progress) {
	var phase imports.Phase
	bar := progress(s.err, "", -1)
	return func(p imports.Progress) {
		if p.Phase != phase {
			phase = p.Phase
			_ = bar.Finish()
			bar = progress(s.err, string(phase), int(p.Total))
		}
		_ = bar.Set64(p.Done) // a terminal that is gone is no reason to stop
	}
}

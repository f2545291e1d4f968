package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ndoto/kundi/app"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/imports"
	"github.com/ndoto/kundi/workspace"
)

type importCSV struct {
	File string `arg:"" optional:"" type:"existingfile" help:"CSV file with a header row, separated by commas, semicolons or tabs."`

	Conversations string `type:"existingfile" help:"File of conversations with one JSON object a line, instead of a CSV file of contacts. --from-line and --rejects work with it." placeholder:"FILE"`

	Map         map[string]string `help:"Field of a column, like --map \"Account no=identifier\". A column is its name or its position, counted from 1." placeholder:"COLUMN=FIELD" mapsep:"none"`
	Skip        []string          `help:"Column to leave out." placeholder:"COLUMN" sep:"none"`
	SkipUnknown bool              `help:"Leave out every column that is not known."`
	Encoding    string            `help:"Encoding of a file that is not in Unicode, like windows-1252, which Outlook writes." placeholder:"NAME"`
	LocalTimes  bool              `help:"Times without an offset are in the workspace's time zone."`
	DayOrder    contacts.DayOrder `help:"How days like 3/4/2026 are written: dmy or mdy. Without it, the file decides, if it can." type:"choice" enum:"dmy,mdy," default:"" placeholder:"ORDER"`
	PhoneRegion string            `help:"Country of phone numbers without country code, like KE, if the row has no country. The workspace's phone region by default." placeholder:"CODE"`
	Lenient     bool              `help:"Leave out a field that is not valid, and import its row. --rejects lists these fields."`
	DryRun      bool              `help:"Report what an import would do, and write nothing. It works on a copy."`
	FromLine    int               `help:"Line of the file to resume from." placeholder:"N"`
	Rejects     string            `help:"File for the line, field and reason of every refused row and of every field that is left out." placeholder:"FILE"`
}

// Validate implements kong's check of a parsed command.
func (c importCSV) Validate() error {
	if err := c.oneFile(); err != nil {
		return err
	}
	if c.FromLine < 0 {
		return errors.New("--from-line must be a line of the file, from 1")
	}
	if code := strings.ToUpper(c.PhoneRegion); code != "" && !fields.IsCountry(code) {
		return errors.New("--phone-region must be an ISO 3166 code like KE")
	}
	return nil
}

// Run imports the file. Rows that are refused do not stop the others, but the
// command then fails, for the file is not all in.
func (c importCSV) Run(ctx context.Context, config app.Config, s streams) error {
	if c.Conversations != "" {
		return importConversations{c.Conversations, c.FromLine, c.Rejects}.run(ctx, config, s)
	}
	summary, err := c.execute(ctx, config, s)
	if err != nil {
		if summary.NextLine > 1 && !c.DryRun {
			return fmt.Errorf("%w\nSo far: %s. Resume with --from-line %d", err, describe(summary), summary.NextLine)
		}
		return err
	}
	if _, err := fmt.Fprintln(s.out, describe(summary)); err != nil {
		return err
	}
	if summary.LeftOut > 0 && c.Rejects == "" {
		fmt.Fprintln(s.err, "--rejects FILE tells what was left out, and why.")
	}
	if summary.Keyless > 0 {
		fmt.Fprintf(s.err, "%s no id, identifier, e-mail or phone: such rows are new people each time the file is imported.\n", counted(summary.Keyless, "row has", "rows have"))
	}
	if c.DryRun {
		fmt.Fprintln(s.err, "This was a dry run: nothing was written.")
	}
	return c.refused(summary)
}

// counted is a number with what it counts.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// refused is the error of an import that is not all in.
func (c importCSV) refused(summary imports.Summary) error {
	var report, lenient string
	switch {
	case summary.Refused == 0:
		return nil
	case c.Rejects == "":
		report = "--rejects FILE tells which and why"
	default:
		report = c.Rejects + " tells which and why"
	}
	if !c.Lenient {
		lenient = "; --lenient takes people without the fields that cannot be taken"
	}
	return errors.New(counted(summary.Refused, "row was", "rows were") + " refused; " + report + lenient)
}

func (c importCSV) execute(ctx context.Context, config app.Config, s streams) (summary imports.Summary, err error) {
	had := app.HasData(config)
	if c.DryRun {
		if !had {
			fmt.Fprintf(s.err, "A new data folder would be made: %s\n", config.Data)
		}
		return c.rehearse(ctx, config, s)
	}
	defer func() {
		if !had && app.HasData(config) {
			fmt.Fprintf(s.err, "A new data folder was made: %s\n", config.Data)
		}
	}()
	err = either(ctx, config, func(remote client) (err error) {
		attributes, err := remote.attributes(ctx)
		if err != nil {
			return err
		}
		summary, err = c.run(ctx, s, attributes, imports.Through(remote.http))
		return err
	}, withApp, func(a *app.App) (err error) {
		if summary, err = c.run(ctx, s, a.Workspace.Attributes(fields.EntityContact), imports.Into(a.Contacts, app.Importer)); err != nil {
			return err
		}
		return awaitIndex(ctx, s, a)
	})
	return summary, err
}

// rehearse imports into a copy of the data folder, which it throws away: what
// it reports is what an import would.
func (c importCSV) rehearse(ctx context.Context, config app.Config, s streams) (summary imports.Summary, err error) {
	file, err := os.CreateTemp("", "kundi-rehearsal-*.backup")
	if err != nil {
		return summary, err
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	var copied io.ReadSeeker
	if app.HasData(config) {
		buffered := bufio.NewWriterSize(file, 1<<20)
		if err := errors.Join((backup{}).take(ctx, config, buffered), buffered.Flush()); err != nil {
			return summary, err
		}
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return summary, err
		}
		copied = file
	}
	err = app.Rehearse(ctx, config, copied, func(people *contacts.Service, space *workspace.Service) (err error) {
		summary, err = c.run(ctx, s, space.Attributes(fields.EntityContact), imports.Into(people, app.Importer))
		return err
	})
	return summary, err
}

func describe(s imports.Summary) string {
	text := fmt.Sprintf("%d created, %d updated, %d unchanged, %d refused", s.Created, s.Updated, s.Unchanged, s.Refused)
	if s.LeftOut > 0 {
		text += ", " + counted(s.LeftOut, "field", "fields") + " left out"
	}
	return text
}

func (c importCSV) run(ctx context.Context, s streams, attributes []*fields.AttributeDefinition, to imports.Upserter) (summary imports.Summary, err error) {
	file, err := os.Open(c.File)
	if err != nil {
		return summary, err
	}
	defer file.Close()
	if err := refuseJSON(file); err != nil {
		return summary, err
	}
	bars := phases{to: s.err}
	defer bars.finish()
	options := imports.Options{
		Map: c.Map, Skip: c.Skip, SkipUnknown: c.SkipUnknown, FromLine: c.FromLine, Encoding: c.Encoding,
		Rules: contacts.FileRules{
			Lenient: c.Lenient, LocalTimes: c.LocalTimes, DayOrder: c.DayOrder, PhoneRegion: strings.ToUpper(c.PhoneRegion),
		},
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
	explainColumns(s.err, plan)
	return plan.Run(ctx, to)
}

// explainColumns says what a file was taken for, when not every column is
// imported: which are not, by position, and what the others hold.
func explainColumns(w io.Writer, plan *imports.Plan) {
	var held []string
	var left []int
	for _, column := range plan.Columns {
		if column.Field == "" {
			left = append(left, column.Position)
			continue
		}
		held = append(held, fmt.Sprintf("%d %s", column.Position, column.Field))
	}
	if plan.Program == "" && len(left) == 0 {
		return
	}
	if plan.Program != "" {
		fmt.Fprintf(w, "The file is an export of %s. ", plan.Program)
	}
	fmt.Fprintf(w, "Imported columns: %s.", strings.Join(held, ", "))
	if len(left) > 0 {
		fmt.Fprintf(w, " Not imported: %s.", ranges(left))
	}
	fmt.Fprintln(w)
}

// ranges writes rising numbers like "1, 3-5".
func ranges(numbers []int) string {
	var parts []string
	for len(numbers) > 0 {
		last := 0
		for last+1 < len(numbers) && numbers[last+1] == numbers[last]+1 {
			last++
		}
		part := fmt.Sprint(numbers[0])
		if last > 0 {
			part += fmt.Sprintf("-%d", numbers[last])
		}
		parts, numbers = append(parts, part), numbers[last+1:]
	}
	return strings.Join(parts, ", ")
}

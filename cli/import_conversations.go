package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/ndoto/kundi/app"
	"github.com/ndoto/kundi/imports"
)

// oneFile checks that the command has a file of contacts or one of conversations, and no flag that
// is for the other.
func (c importCSV) oneFile() error {
	switch {
	case c.Conversations == "" && c.File == "":
		return errors.New("expected a CSV file, or --conversations with a file")
	case c.Conversations == "":
		return nil
	case c.File != "":
		return errors.New("--conversations must be the only file: a CSV file is imported by another command")
	}
	given := map[string]bool{
		"--map": len(c.Map) > 0, "--skip": len(c.Skip) > 0, "--skip-unknown": c.SkipUnknown, "--encoding": c.Encoding != "", "--local-times": c.LocalTimes,
		"--day-order": c.DayOrder != "", "--phone-region": c.PhoneRegion != "", "--lenient": c.Lenient, "--dry-run": c.DryRun,
	}
	for _, flag := range slices.Sorted(maps.Keys(given)) {
		if given[flag] {
			return errors.New(flag + " must not be given with --conversations")
		}
	}
	return nil
}

// refuseJSON refuses a file of JSON where a CSV file is expected. No header begins so.
func refuseJSON(file io.ReadSeeker) error {
	begin := make([]byte, 64)
	n, err := io.ReadFull(file, begin)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return err
	}
	const blanks = " \t\r\n\ufeff"
	object, is := strings.CutPrefix(strings.TrimLeft(string(begin[:n]), blanks), "{")
	if is && strings.HasPrefix(strings.TrimLeft(object, blanks), `"`) {
		return errors.New("this is a file of JSON and no CSV: a file of conversations, with one JSON object a line, is imported with --conversations FILE")
	}
	_, err = file.Seek(0, io.SeekStart)
	return err
}

// importConversations is the import of a file of conversations.
type importConversations struct {
	file     string
	fromLine int
	rejects  string
}

// run imports the file. Lines that are refused do not stop the others, but the command then fails.
func (c importConversations) run(ctx context.Context, config app.Config, s streams) error {
	had := app.HasData(config)
	defer func() {
		if !had && app.HasData(config) {
			fmt.Fprintf(s.err, "A new data folder was made: %s\n", config.Data)
		}
	}()
	var summary imports.ConversationSummary
	err := either(ctx, config, func(remote client) (err error) {
		summary, err = c.take(ctx, s, imports.ThroughConversations(remote.http))
		return err
	}, withApp, func(a *app.App) (err error) {
		if summary, err = c.take(ctx, s, imports.IntoConversations(a.Conversations, app.Importer)); err != nil {
			return err
		}
		return awaitIndex(ctx, s, a)
	})
	said := describeConversations(summary)
	if err != nil {
		if summary.NextLine > 1 {
			return fmt.Errorf("%w\nSo far: %s. Resume with --from-line %d", err, said, summary.NextLine)
		}
		return err
	}
	if _, err := fmt.Fprintln(s.out, said); err != nil {
		return err
	}
	if summary.Keyless > 0 {
		fmt.Fprintf(s.err, "%s no source_id: such messages are new each time the file is imported.\n", counted(summary.Keyless, "message has", "messages have"))
	}
	switch {
	case summary.Refused == 0:
		return nil
	case c.rejects == "":
		return errors.New(counted(summary.Refused, "line was", "lines were") + " refused; --rejects FILE tells which and why")
	}
	return errors.New(counted(summary.Refused, "line was", "lines were") + " refused; " + c.rejects + " tells which and why")
}

func describeConversations(s imports.ConversationSummary) string {
	return fmt.Sprintf("%s begun, %d continued, %d unchanged, %d refused: %s, %d known before, %s",
		counted(s.Begun, "conversation", "conversations"), s.Continued, s.Known, s.Refused,
		counted(s.Messages, "new message", "new messages"), s.KnownMessages, counted(s.Contacts, "new contact", "new contacts"))
}

// take reads the file and sends what it has.
func (c importConversations) take(ctx context.Context, s streams, to imports.Conversations) (summary imports.ConversationSummary, err error) {
	file, err := os.Open(c.file)
	if err != nil {
		return summary, err
	}
	defer file.Close()
	bars := phases{to: s.err}
	defer bars.finish()
	options := imports.ConversationOptions{
		FromLine: c.fromLine, Progress: func(p imports.Progress) { bars.show(string(p.Phase), p.Done, p.Total) },
	}
	if c.rejects != "" {
		rejects, failure := os.Create(c.rejects)
		if failure != nil {
			return summary, failure
		}
		defer func() { err = errors.Join(err, rejects.Close()) }()
		options.Rejects = rejects
	}
	return imports.RunConversations(ctx, file, options, to)
}

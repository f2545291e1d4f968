// Package cli is Kundi's command line. It turns flags, the environment and the
// configuration file into an app.Config. Answers go to standard output, progress and
// logs to standard error.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/ndoto/kundi/app"
)

// The exit codes of every command.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

const description = `Kundi finds people and builds segments: a contact store, search engine and segmentation service in one binary.

Try it, or run it and fill it:

    kundi demo

    kundi keys create --scope admin --name me
    kundi serve
    kundi import contacts.csv

A JSON file given with --config can hold every flag of the command, spelt as here: {"data": "kundi-data", "log-level": "warn"}. Flags with a $NAME can be set in the environment, too. The command line wins over the environment, the environment over the file.

Exit codes: 0 done, 1 failed, 2 wrong usage.`

// root is the whole command line.
type root struct {
	Data      folder           `help:"The data folder. The commands serve, demo, import, restore, keys create and people invite make it if it does not exist." default:"kundi-data" env:"KUNDI_DATA" placeholder:"DIR"`
	Listen    address          `help:"Address of the HTTP API." default:"127.0.0.1:8080" env:"KUNDI_LISTEN" placeholder:"HOST:PORT"`
	Hosts     []hostName       `help:"More host names of the server, for the check of the Host header." env:"KUNDI_HOSTS" placeholder:"NAME"`
	TimeZone  zone             `help:"Time zone of a new workspace, UTC by default. Later it is a setting." env:"KUNDI_TIME_ZONE" placeholder:"ZONE"`
	LogLevel  string           `help:"Lowest level that is logged: debug, info, warn or error." type:"choice" enum:"debug,info,warn,error" default:"info" env:"KUNDI_LOG_LEVEL" placeholder:"LEVEL"`
	LogFormat string           `help:"Form of the log: text, or json with one JSON object in each line." type:"choice" enum:"text,json" default:"text" env:"KUNDI_LOG_FORMAT" placeholder:"FORMAT"`
	Config    configFile       `help:"JSON file with the flags by their names." env:"KUNDI_CONFIG" placeholder:"FILE"`
	Version   kong.VersionFlag `help:"Print the version."`

	Serve  serve     `cmd:"" help:"Serve the HTTP API over the data folder."`
	Demo   demo      `cmd:"" help:"Fill an empty data folder with sample contacts and segments, serve it, and print what to try."`
	Import importCSV `cmd:"" help:"Create and update contacts from a CSV file, or take conversations, with the server stopped or running."`
	Bench  bench     `cmd:"" help:"Measure questions, writes, restarts, memory and disk with invented contacts in a temporary folder."`
	Eval   evaluate  `cmd:"" help:"Test the search with your own contacts and queries."`
	Keys   keys      `cmd:"" help:"Create, list and revoke API keys, with the server stopped or running."`
	People team      `cmd:"" help:"Invite and list the people who sign in to the console, with the server stopped or running."`

	Backup  backup  `cmd:"" help:"Write everything into one file, with the server stopped or running."`
	Restore restore `cmd:"" help:"Fill an empty data folder from a backup."`
	Compact compact `cmd:"" help:"Remove deleted and former values from the files and free their room, with the server stopped or running."`
	Verify  verify  `cmd:"" help:"Compare the store, its unique values and the index, with the server stopped."`
}

// streams are the standard streams of the process.
type streams struct {
	out io.Writer // answers
	err io.Writer // progress, hints and logs
}

// Main runs the command line and returns the exit code: 0 for done, 1 for failed, 2
// for wrong usage. When ctx is cancelled, the command stops in order and Main returns.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var command root
	exit := -1
	parser, err := kong.New(&command,
		kong.Name("kundi"),
		kong.Description(description),
		kong.Vars{"version": app.ReadBuild().String()},
		kong.Writers(stdout, stderr),
		kong.NamedMapper("choice", kong.MapperFunc(choice)),
		kong.Exit(func(code int) { exit = code }),
		kong.ValueFormatter(describeFlag),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
	)
	if err != nil {
		fmt.Fprintln(stderr, "kundi:", err)
		return exitFailed
	}
	parsed, err := parser.Parse(asFlags(args))
	if exit >= 0 { // --help has been answered
		return exit
	}
	if err != nil {
		if wrong := checkEnvironment(parser.Model.Flags); wrong != nil {
			err = wrong
		}
		fmt.Fprintf(stderr, "kundi: %s\nRun \"kundi --help\" to see all commands.\n", usage(err))
		return exitUsage
	}
	s := streams{out: stdout, err: stderr}
	parsed.BindTo(ctx, (*context.Context)(nil))
	config := command.config(s)
	for _, warning := range misspelt(parsed.Model.Flags, os.Environ()) {
		config.Logger.Warn(warning)
	}
	if stderr == os.Stderr { // libraries that print to package log do so as we do
		slog.SetDefault(config.Logger)
	}
	config.MustHaveZone = onCommandLine(parsed, "time-zone")
	return s.outcome(ctx, parsed.Run(config, s))
}

// asFlags turns the commands that other programs have for help and the version
// into the flags that do it here: "help keys create", "version".
func asFlags(args []string) []string {
	switch {
	case len(args) == 0:
		return []string{"--help"}
	case args[0] == "help":
		return append(slices.Clone(args[1:]), "--help")
	case args[0] == "version":
		return append([]string{"--version"}, args[1:]...)
	}
	return args
}

// outcome says how a command ended and returns its exit code.
func (s streams) outcome(ctx context.Context, err error) int {
	var wrongZone *app.WrongZone
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &wrongZone):
		fmt.Fprintln(s.err, "kundi:", err)
		return exitUsage
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		fmt.Fprintln(s.err, "kundi: stopped")
	default:
		fmt.Fprintln(s.err, "kundi:", explain(err))
	}
	return exitFailed
}

// onCommandLine reports whether a flag was given there, not in the environment
// or a file.
func onCommandLine(parsed *kong.Context, name string) bool {
	return slices.ContainsFunc(parsed.Path, func(p *kong.Path) bool {
		return p.Flag != nil && p.Flag.Name == name && !p.Resolved
	})
}

func (r *root) config(s streams) app.Config {
	return app.Config{
		Data:     filepath.Clean(string(r.Data)),
		Listen:   string(r.Listen),
		Hosts:    texts(r.Hosts),
		TimeZone: string(r.TimeZone),
		Logger:   r.logger(s.err),
	}
}

func (r *root) logger(w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: level(r.LogLevel), ReplaceAttr: durationText}
	if r.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// durationText writes a duration with its unit, also in JSON.
func durationText(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		a.Value = slog.StringValue(a.Value.Duration().String())
	}
	return a
}

func texts(names []hostName) []string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = string(name)
	}
	return list
}

// describeFlag is the help of a flag or argument, with its default and the
// variable of the environment that sets it.
func describeFlag(value *kong.Value) string {
	var notes []string
	if value.Default != "" {
		notes = append(notes, "default "+value.Default)
	}
	for _, name := range value.Tag.Envs {
		notes = append(notes, "$"+name)
	}
	if len(notes) == 0 {
		return value.Help
	}
	return strings.TrimSuffix(value.Help, ".") + " (" + strings.Join(notes, ", ") + ")."
}

func level(name string) slog.Level {
	var l slog.Level
	// The flag is an enumeration of names that slog knows.
	_ = l.UnmarshalText([]byte(strings.ToUpper(name)))
	return l
}

package cli

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"time"

	"github.com/ndoto/kundi/app"
	"github.com/ndoto/kundi/perf"
)

type bench struct {
	Contacts      []int         `help:"Numbers of contacts to measure with, one after the other." default:"100000" placeholder:"N,..."`
	Conversations int           `help:"Number of conversations for each contact. Without any, what needs conversations is not measured." default:"0" placeholder:"N"`
	Only          []string      `help:"Measure only the rows with this name, or with a name that begins so, like count or search-typo." placeholder:"NAME"`
	WholeUpTo     int           `help:"Largest number of contacts that is loaded as a whole data folder. With more, only the columns are measured." default:"1000000" placeholder:"N"`
	Seed          uint64        `help:"Seed of the invented contacts." default:"1" placeholder:"N"`
	Dir           string        `help:"Folder for the temporary data, on the disk to measure. The system's temporary folder by default." type:"existingdir" placeholder:"DIR"`
	Keep          string        `help:"Load into this folder and keep it. A folder that has been loaded is measured again, with what earlier measurements wrote." placeholder:"DIR"`
	Patience      time.Duration `help:"Time for the samples of one measurement." default:"2s" placeholder:"DURATION"`
	JSON          bool          `help:"Print the report as JSON."`
	Soak          time.Duration `help:"Instead of measuring, serve mixed load for this time, and fail if latency, files or memory grow. See scripts/soak.sh." placeholder:"DURATION"`
	Attack        time.Duration `help:"Instead of measuring, let a hostile key do its worst for this time, and measure another key beside it. See scripts/attack.sh." placeholder:"DURATION"`
	Hostile       bool          `hidden:"" help:"Run as the hostile client of --attack, with orders on standard input."`
}

// Validate implements kong's check of a parsed command.
func (b bench) Validate() error { return b.options().Validate() }

func (b bench) options() perf.Options {
	return perf.Options{
		Contacts: b.Contacts, Only: b.Only, WholeUpTo: b.WholeUpTo, Seed: b.Seed, Dir: b.Dir, Patience: b.Patience, Conversations: b.Conversations, Keep: b.Keep,
	}
}

// Run measures over invented contacts in a temporary folder; the data folder
// is not touched.
func (b bench) Run(ctx context.Context, _ app.Config, s streams) error {
	if b.Hostile {
		return perf.Hostile(ctx, os.Stdin, s.out)
	}
	options := b.options()
	options.Progress = s.err
	var err error
	if options.Program, err = os.Executable(); err != nil {
		return err
	}
	if b.Soak > 0 {
		return perf.Soak(ctx, options, b.Soak, s.out)
	}
	if b.Attack > 0 {
		return perf.Attack(ctx, options, b.Attack, s.out)
	}
	report, err := perf.Run(ctx, options)
	if report == nil {
		return err
	}
	return errors.Join(err, b.print(s, report)) // also what was done before an interruption
}

func (b bench) print(s streams, report *perf.Report) error {
	if !b.JSON {
		return report.Write(s.out)
	}
	encoder := json.NewEncoder(s.out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(report)
}

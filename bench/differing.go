package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/ndoto/kundi/bench/cluster"
	"github.com/ndoto/kundi/bench/differ"
)

// runDiffer compares answers to random filters. Its exit code is 2 for wrong usage.
func runDiffer(ctx context.Context, args []string) (code int) {
	o := differ.Options{Progress: os.Stderr}
	flags := flag.NewFlagSet("differ", flag.ContinueOnError)
	flags.IntVar(&o.Contacts, "contacts", 20_000, "how many contacts")
	flags.IntVar(&o.Cases, "cases", 5_000, "how many filters")
	flags.IntVar(&o.First, "first", 0, "number of the first filter, to ask one again that differed")
	flags.Uint64Var(&o.Seed, "seed", 1, "seed of the contacts and of the filters")
	programs := flags.String("postgres", cluster.Programs, "folder of PostgreSQL's programs")
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		err = errors.New("there are no other arguments")
	default:
		err = o.Validate()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench differ:", err)
		return 2
	}
	if err := compareAnswers(ctx, *programs, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench differ:", err)
		return 1
	}
	return 0
}

// compareAnswers runs the comparison in a cluster of its own. Answers that differ are an error.
func compareAnswers(ctx context.Context, programs string, o differ.Options) (err error) {
	dir, err := temporary()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	p, err := cluster.Start(ctx, dir, programs)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	say("making %d contacts", o.Contacts)
	c, err := differ.New(ctx, p.Conn, o)
	if err != nil {
		return err
	}
	r, err := c.Run(ctx)
	if err := errors.Join(err, r.Write(os.Stdout)); err != nil {
		return err
	}
	if n := len(r.Differences); n > 0 {
		return fmt.Errorf("%d answers differ", n)
	}
	return nil
}

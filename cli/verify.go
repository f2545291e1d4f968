package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ndoto/kundi/app"
	"github.com/ndoto/kundi/ledger"
)

type verify struct{}

// Run prints what differs, a line each. The index is first brought to the head
// of the store, as every start does.
func (verify) Run(ctx context.Context, config app.Config, s streams) error {
	config.Existing = true
	return withApp(ctx, config, func(a *app.App) error {
		bars := phases{to: s.err}
		found, err := a.Verify(ctx, func(now string, done uint64) { bars.show(now, int64(done), -1) })
		bars.finish()
		if err != nil {
			return err
		}
		for _, d := range found {
			if _, err := fmt.Fprintln(s.out, line(d)); err != nil {
				return err
			}
		}
		if len(found) > 0 {
			return errors.New("not everything agrees; see \"kundi verify\" in docs/operations.md for what to do")
		}
		_, err = fmt.Fprintf(s.out, "%d contacts: everything agrees\n", a.Index.Status().Contacts)
		return err
	})
}

// line writes a difference: how often, what, and where first.
func line(d ledger.Difference) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s", d.Count, d.What)
	for i, ordinal := range d.Ordinals {
		if i == 0 {
			b.WriteString(", number")
		}
		fmt.Fprintf(&b, " %d", ordinal)
	}
	if d.Count > uint64(len(d.Ordinals)) && len(d.Ordinals) > 0 {
		b.WriteString(" ...")
	}
	return b.String()
}

package cli

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress shows how far a long piece of work is: a bar on a terminal, nothing
// in a file, where a redrawn line would only be noise.
func progress(w io.Writer, what string, total int) *progressbar.ProgressBar {
	return progressbar.NewOptions(total,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetVisibility(isTerminal(w)),
		progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(),
		progressbar.OptionShowIts(),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetWidth(30),
		progressbar.OptionClearOnFinish(),
	)
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// phases shows a bar for one part of the work after the other.
type phases struct {
	to   io.Writer
	name string
	bar  *progressbar.ProgressBar // nil before the first
}

// show says how far a part has come; total is -1 when nobody knows.
func (p *phases) show(name string, done, total int64) {
	if p.bar == nil || p.name != name {
		p.finish()
		p.name, p.bar = name, progress(p.to, name, int(total))
	}
	_ = p.bar.Set64(done) // a terminal that is gone is no reason to stop
}

func (p *phases) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}

package badger

import (
	"fmt"
	"log/slog"
	"strings"
)

// logs passes Badger's errors and warnings on, and tells the guard of all its
// messages. Its chatter about files and levels, which fills pages, is of no use
// to an operator at any level.
type logs struct {
	*slog.Logger
	guard *guard // nil for none
}

func (l logs) Errorf(format string, args ...any) {
	l.Error(message(format, args))
	l.tell(format, args)
}

func (l logs) Warningf(format string, args ...any) {
	l.Warn(message(format, args))
	l.tell(format, args)
}

func (l logs) Infof(format string, args ...any) { l.tell(format, args) }

func (l logs) Debugf(format string, args ...any) { l.tell(format, args) }

func (l logs) tell(format string, args []any) {
	if l.guard != nil {
		l.guard.event(format, args)
	}
}

func message(format string, args []any) string {
	return "badger: " + strings.TrimSpace(fmt.Sprintf(format, args...))
}

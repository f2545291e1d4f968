package badger

import (
	"fmt"
	"log/slog"
	"strings"
)

// logs passes Badger's messages on. Its chatter about files and levels is of
// no use to an operator, so everything below a warning goes to debug.
type logs struct{ *slog.Logger }

func (l logs) Errorf(format string, args ...any)   { l.Error(message(format, args)) }
func (l logs) Warningf(format string, args ...any) { l.Warn(message(format, args)) }
func (l logs) Infof(format string, args ...any)    { l.Debug(message(format, args)) }
func (l logs) Debugf(format string, args ...any)   { l.Debug(message(format, args)) }

func message(format string, args []any) string {
	return "badger: " + strings.TrimSpace(fmt.Sprintf(format, args...))
}

package filter

import (
	"time"

	"github.com/ndoto/kundi/words"
)

// ParsePeriod reads a period as rules have it, such as P30D. The fault is empty when the text is one.
func ParsePeriod(text string) (p Period, fault string) { return parsePeriod(words.VisibleText(text)) }

// Before returns the moment that lies a period before another: what within_last with the period
// begins at.
func (p Period) Before(t time.Time, zone *time.Location) time.Time {
	return time.UnixMilli(shiftInstant(t.UnixMilli(), p, -1, zone)).UTC()
}

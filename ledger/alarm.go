package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ndoto/kundi/fields"
)

// Alarms are the moments at which something ends by itself, like a block or a snooze. Package
// scheduler rings them.
var Alarms = Collection{Name: "alarm", Unlogged: true}

// Alarm says that something of a record, or of what else an entity and a number name, ends at a
// moment. One thing has one alarm at most at any moment: whoever moves the end clears the alarm
// of before. An alarm that was left behind does no harm, since who hears it looks whether
// anything is over.
type Alarm struct {
	At     time.Time // in milliseconds
	Entity fields.Entity
	Ref    Ref
}

// alarmDocument is what the key of an alarm does not say of the Ref.
type alarmDocument struct {
	Owner  uint32 `json:"owner,omitempty"`
	Moment int64  `json:"moment,omitempty"` // Ref.At
}

// signBit makes moments before 1970 sort before those after it.
const signBit = 1 << 63

// key is "<moment>/<entity>/<ordinal>": the moment in 16 hex digits that sort like it, the
// ordinal in 8.
func (a Alarm) key() string {
	return fmt.Sprintf("%016x/%s/%08x", uint64(a.At.UnixMilli())^signBit, a.Entity, a.Ref.Ordinal)
}

// Set sets the alarm, in a closure. Without a moment it does nothing.
func (a Alarm) Set(tx Tx) error {
	if a.At.IsZero() {
		return nil
	}
	document, err := json.Marshal(alarmDocument{Owner: a.Ref.Owner, Moment: a.Ref.At})
	if err != nil {
		return err
	}
	return tx.PutDocument(Alarms, a.key(), document)
}

// Clear removes the alarm, in a closure. It is no error when there is none.
func (a Alarm) Clear(tx Tx) error {
	if a.At.IsZero() {
		return nil
	}
	return tx.DeleteDocument(Alarms, a.key())
}

// MoveAlarm sets the alarm of a thing whose end has moved, in a closure. The zero time is no end.
func MoveAlarm(tx Tx, e fields.Entity, r Ref, before, after time.Time) error {
	if before.Equal(after) {
		return nil
	}
	if err := (Alarm{before, e, r}).Clear(tx); err != nil {
		return err
	}
	return Alarm{after, e, r}.Set(tx)
}

// IsSet reports whether there is the alarm, as the closures so far have left it.
func (a Alarm) IsSet(tx Tx) (bool, error) {
	document, err := tx.Document(Alarms, a.key())
	return document != nil, err
}

// IsKept reports whether there is the alarm; one without a moment need not be there.
func (a Alarm) IsKept(ctx context.Context, store DocumentReader) (bool, error) {
	if a.At.IsZero() {
		return true, nil
	}
	document, err := store.Document(ctx, Alarms, a.key())
	return document != nil, err
}

// AlarmOf reads the document of an alarm.
func AlarmOf(d Document) (a Alarm, err error) {
	moment, rest, _ := strings.Cut(d.Key, "/")
	entity, ordinal, _ := strings.Cut(rest, "/")
	at, err := strconv.ParseUint(moment, 16, 64)
	if err != nil {
		return Alarm{}, fmt.Errorf("the moment of an alarm: %w", err)
	}
	number, err := strconv.ParseUint(ordinal, 16, 32)
	if err != nil {
		return Alarm{}, fmt.Errorf("the number of an alarm: %w", err)
	}
	var more alarmDocument
	if err := DecodeDocument(d.Value, &more); err != nil {
		return Alarm{}, fmt.Errorf("an alarm: %w", err)
	}
	a = Alarm{
		At: time.UnixMilli(int64(at ^ signBit)).UTC(), Entity: fields.Entity(entity),
		Ref: Ref{Owner: more.Owner, Ordinal: uint32(number), At: more.Moment},
	}
	if a.key() != d.Key {
		return Alarm{}, errors.New("the key of an alarm is not as it is written")
	}
	return a, nil
}

// VerifyAlarms adds the alarms that cannot be as they were written, and those that nobody hears:
// heard are the entities that have alarms.
func VerifyAlarms(ctx context.Context, store DocumentReader, heard []fields.Entity, found *Differences) error {
	known := make(map[fields.Entity]bool, len(heard))
	for _, e := range heard {
		known[e] = true
	}
	return EachDocument(ctx, store, Alarms, "", func(d Document) error {
		a, err := AlarmOf(d)
		if err != nil || a.Ref.Ordinal == 0 || !known[a.Entity] {
			found.Add("alarms that cannot be read")
		}
		return nil
	})
}

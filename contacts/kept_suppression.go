package contacts

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Reason says why nothing is sent to an address.
type Reason string

// The reasons.
const (
	ReasonBounce      Reason = "bounce"      // it does not exist
	ReasonComplaint   Reason = "complaint"   // whoever has it called a message spam
	ReasonUnsubscribe Reason = "unsubscribe" // whoever has it does not want to be written to
	ReasonManual      Reason = "manual"
)

// Reasons are all of them.
var Reasons = []string{string(ReasonBounce), string(ReasonComplaint), string(ReasonUnsubscribe), string(ReasonManual)}

// Suppression says that nothing is sent to an address on a channel.
type Suppression struct {
	Channel fields.Channel
	Reason  Reason
	At      time.Time // when it became so
	By      ledger.Author
}

// unsubscribes reports whether it says that the owner of the address has unsubscribed.
func (s Suppression) unsubscribes() bool { return s.Reason == ReasonUnsubscribe }

// keptSuppressions are those of an address, at most one for each channel and reason. It is the document
// of Suppressions under the BlockKey of what somebody with the address claims, and says nothing of the
// person.
type keptSuppressions struct {
	List []keptSuppression `json:"list"`
}

type keptSuppression struct {
	Channel string        `json:"channel"`
	Reason  Reason        `json:"reason"`
	At      time.Time     `json:"at"`
	Source  ledger.Source `json:"source"`
	Name    string        `json:"name,omitempty"`
}

// on returns those of a channel.
func (k keptSuppressions) on(channel fields.Channel) (list []Suppression) {
	for _, s := range k.List {
		if s.Channel == channel.String() {
			list = append(list, Suppression{channel, s.Reason, s.At, ledger.Author{Source: s.Source, Name: s.Name}})
		}
	}
	return list
}

// suppressionsOf returns what is kept of an address on a channel. It costs next to nothing where there
// is nothing.
func suppressionsOf(tx ledger.Tx, channel fields.Channel, address string) ([]Suppression, error) {
	claim := addressClaim(channel, address)
	if suppressed, err := tx.Suppressed(claim); err != nil || !suppressed {
		return nil, err
	}
	kept, err := readSuppressions(tx, tx.BlockKey(claim))
	return kept.on(channel), err
}

func readSuppressions(tx ledger.Tx, key string) (kept keptSuppressions, err error) {
	document, err := tx.Document(ledger.Suppressions, key)
	if err != nil || document == nil {
		return kept, err
	}
	err = ledger.DecodeDocument(document, &kept)
	return kept, err
}

// keepSuppression keeps a suppression of an address, and reports whether it is a new one. Of one
// that is kept already for the same reason, the moment and the author stay.
func keepSuppression(tx ledger.Tx, address string, s Suppression) (added bool, err error) {
	key := tx.BlockKey(addressClaim(s.Channel, address))
	kept, err := readSuppressions(tx, key)
	if err != nil {
		return false, err
	}
	if slices.ContainsFunc(kept.on(s.Channel), func(other Suppression) bool { return other.Reason == s.Reason }) {
		return false, nil
	}
	kept.List = append(kept.List, keptSuppression{s.Channel.String(), s.Reason, s.At, s.By.Source, s.By.Name})
	return true, putSuppressions(tx, key, kept)
}

// dropSuppressions removes the suppressions of an address on a channel that have one of some reasons, and
// returns them.
func dropSuppressions(tx ledger.Tx, channel fields.Channel, address string, reasons ...Reason) (dropped []Suppression, err error) {
	key := tx.BlockKey(addressClaim(channel, address))
	kept, err := readSuppressions(tx, key)
	if err != nil {
		return nil, err
	}
	goes := func(s Suppression) bool { return slices.Contains(reasons, s.Reason) }
	for _, s := range kept.on(channel) {
		if goes(s) {
			dropped = append(dropped, s)
		}
	}
	if len(dropped) == 0 {
		return nil, nil
	}
	kept.List = slices.DeleteFunc(kept.List, func(s keptSuppression) bool {
		return s.Channel == channel.String() && slices.Contains(reasons, s.Reason)
	})
	return dropped, putSuppressions(tx, key, kept)
}

func putSuppressions(tx ledger.Tx, key string, kept keptSuppressions) error {
	if len(kept.List) == 0 {
		return tx.DeleteDocument(ledger.Suppressions, key)
	}
	encoded, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	return tx.PutDocument(ledger.Suppressions, key, encoded)
}

// holdersOf returns the ordinals of the contacts that have an address on a channel.
func holdersOf(tx ledger.Tx, channel fields.Channel, address string) (list []uint32, err error) {
	claims := []ledger.Claim{addressClaim(channel, address)}
	if claims[0].Kind == ClaimPhone { // who is known on the channel by these digits
		claims = append(claims, Identity{Channel: channel, SourceID: address}.claim(), Identity{Channel: channel, SourceID: address[1:]}.claim())
	}
	add := func(ordinal uint32) {
		if !slices.Contains(list, ordinal) {
			list = append(list, ordinal)
		}
	}
	for _, claim := range claims {
		held, found, err := tx.Holder(claim)
		if err != nil {
			return nil, err
		}
		if found {
			add(held.Ordinal)
		}
		if claim.Kind == ClaimIdentity {
			continue
		}
		sharing, err := sharersOf(tx, claim)
		if err != nil {
			return nil, err
		}
		for _, ordinal := range sharing {
			add(ordinal)
		}
	}
	return list, nil
}

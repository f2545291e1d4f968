package contacts

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// keptBlock says that an address stays blocked: whoever takes it is blocked. It is the
// document of Blocks under the BlockKey of the claim, and says nothing of the person.
type keptBlock struct {
	// Group is the ordinal of the contact for which the first address of the same
	// person was kept. It may be gone.
	Group uint32    `json:"group"`
	At    time.Time `json:"at"`
}

// blockGroup lists, by BlockKey, the addresses that are lifted together, and says when that
// happens by itself: never without Until. A group with an end has an alarm.
type blockGroup struct {
	Keys  []string  `json:"keys"`
	Until time.Time `json:"until,omitzero"`
}

// over reports whether the addresses of the group are blocked no more.
func (g blockGroup) over(now time.Time) bool { return !g.Until.IsZero() && !g.Until.After(now) }

// maxGroup bounds the list of a contact whose address is changed again and again.
// What falls out of it stays blocked until it is lifted by itself.
const maxGroup = 1_000

// blockGroups begins the keys of groups. No BlockKey begins so.
const blockGroups = "group/"

func groupKey(group uint32) string { return blockGroups + strconv.FormatUint(uint64(group), 10) }

// keepBlocks lets addresses of one blocked person stay blocked, whatever becomes of the
// contact, for as long as its block lasts. Those that are kept already say to which group the
// others belong.
func keepBlocks(tx ledger.Tx, c *Contact, addresses []ledger.Claim, now time.Time) error {
	group := c.Ordinal
	var fresh []string
	for _, address := range addresses {
		key := tx.BlockKey(address)
		kept, err := readKeptBlock(tx, key)
		switch {
		case err != nil:
			return err
		case kept != nil:
			group = kept.Group
		case !slices.Contains(fresh, key):
			fresh = append(fresh, key)
		}
	}
	for _, key := range fresh {
		if err := putBlock(tx, key, keptBlock{group, now}); err != nil {
			return err
		}
	}
	before, err := readBlockGroup(tx, group)
	if err != nil {
		return err
	}
	keys := append(slices.Clone(before.Keys), fresh...)
	return putBlockGroup(tx, group, before, blockGroup{keys[max(0, len(keys)-maxGroup):], c.BlockUntil})
}

// blockGroupsOf are the groups of a contact, of those it has absorbed, and of whoever had one of
// its addresses before. There need not be any of them.
func blockGroupsOf(tx ledger.Tx, c *Contact) ([]uint32, error) {
	groups := ledger.Ordinals(Kind, c)
	for _, address := range c.addresses() {
		kept, err := readKeptBlock(tx, tx.BlockKey(address))
		if err != nil {
			return nil, err
		}
		if kept != nil && !slices.Contains(groups, kept.Group) {
			groups = append(groups, kept.Group)
		}
	}
	return groups, nil
}

// liftBlocks lifts everything that is blocked on account of a contact, of those it
// has absorbed, and of whoever had one of its addresses before.
func liftBlocks(tx ledger.Tx, c *Contact) error {
	groups, err := blockGroupsOf(tx, c)
	if err != nil {
		return err
	}
	for _, address := range c.addresses() {
		if _, err := liftBlock(tx, address); err != nil {
			return err
		}
	}
	for _, number := range groups {
		group, err := readBlockGroup(tx, number)
		if err != nil {
			return err
		}
		if err := liftGroup(tx, number, group); err != nil {
			return err
		}
	}
	return nil
}

// liftGroup lifts all addresses of a group.
func liftGroup(tx ledger.Tx, number uint32, group blockGroup) error {
	for _, key := range group.Keys {
		if err := tx.DeleteDocument(ledger.Blocks, key); err != nil {
			return err
		}
	}
	return putBlockGroup(tx, number, group, blockGroup{})
}

// KeptBlocks is the entity of the alarms of groups of addresses, which go by their numbers.
var KeptBlocks = fields.Entity(ledger.Blocks.Name)

// EndKeptBlocks lifts a group of addresses that is over, in a closure; another one stays as it is.
func EndKeptBlocks(tx ledger.Tx, r ledger.Ref, now time.Time) error {
	group, err := readBlockGroup(tx, r.Ordinal)
	if err != nil || !group.over(now) {
		return err
	}
	return liftGroup(tx, r.Ordinal, group)
}

// moveGroupEnd says when a group, if there is one, is over.
func moveGroupEnd(tx ledger.Tx, number uint32, until time.Time) error {
	group, err := readBlockGroup(tx, number)
	if err != nil || len(group.Keys) == 0 || group.Until.Equal(until) {
		return err
	}
	return putBlockGroup(tx, number, group, blockGroup{group.Keys, until})
}

// staysBlocked reports whether an address is kept as one that stays blocked, and until when; the
// zero time is for ever.
func staysBlocked(tx ledger.Tx, address ledger.Claim, now time.Time) (until time.Time, blocked bool, err error) {
	if blocked, err = tx.Blocked(address); err != nil || !blocked {
		return until, false, err
	}
	kept, err := readKeptBlock(tx, tx.BlockKey(address))
	if err != nil || kept == nil {
		return until, false, err
	}
	group, err := readBlockGroup(tx, kept.Group)
	return group.Until, err == nil && !group.over(now), err
}

// liftBlock lifts one address and returns what was kept of it, nil for nothing.
func liftBlock(tx ledger.Tx, address ledger.Claim) (*keptBlock, error) {
	key := tx.BlockKey(address)
	kept, err := readKeptBlock(tx, key)
	if err != nil || kept == nil {
		return nil, err
	}
	if err := tx.DeleteDocument(ledger.Blocks, key); err != nil {
		return nil, err
	}
	before, err := readBlockGroup(tx, kept.Group)
	if err != nil {
		return nil, err
	}
	keys := slices.DeleteFunc(slices.Clone(before.Keys), func(other string) bool { return other == key })
	return kept, putBlockGroup(tx, kept.Group, before, blockGroup{keys, before.Until})
}

func readKeptBlock(tx ledger.Tx, key string) (*keptBlock, error) {
	document, err := tx.Document(ledger.Blocks, key)
	if err != nil || document == nil {
		return nil, err
	}
	kept := new(keptBlock)
	return kept, ledger.DecodeDocument(document, kept)
}

// readBlockGroup returns the group with a number, one without keys when there is none.
func readBlockGroup(tx ledger.Tx, number uint32) (group blockGroup, err error) {
	document, err := tx.Document(ledger.Blocks, groupKey(number))
	if err != nil || document == nil {
		return group, err
	}
	return group, ledger.DecodeDocument(document, &group)
}

// putBlockGroup writes what has become of a group, or removes one that has nothing left.
func putBlockGroup(tx ledger.Tx, number uint32, before, after blockGroup) error {
	if len(after.Keys) == 0 {
		after = blockGroup{}
	}
	if err := ledger.MoveAlarm(tx, KeptBlocks, ledger.Ref{Ordinal: number}, before.Until, after.Until); err != nil {
		return err
	}
	if len(after.Keys) == 0 {
		return tx.DeleteDocument(ledger.Blocks, groupKey(number))
	}
	return putBlock(tx, groupKey(number), after)
}

func putBlock(tx ledger.Tx, key string, document any) error {
	encoded, err := json.Marshal(document)
	if err != nil {
		return err
	}
	return tx.PutDocument(ledger.Blocks, key, encoded)
}

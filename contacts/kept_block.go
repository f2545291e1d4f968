package contacts

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

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

// blockGroup lists, by BlockKey, the addresses that are lifted together.
type blockGroup struct {
	Keys []string `json:"keys"`
}

// maxGroup bounds the list of a contact whose address is changed again and again.
// What falls out of it stays blocked until it is lifted by itself.
const maxGroup = 1_000

// blockGroups begins the keys of groups. No BlockKey begins so.
const blockGroups = "group/"

func groupKey(group uint32) string { return blockGroups + strconv.FormatUint(uint64(group), 10) }

// keepBlocks lets addresses of one person stay blocked, whatever becomes of the
// contact. Those that are kept already say to which group the others belong.
func keepBlocks(tx ledger.Tx, ordinal uint32, addresses []ledger.Claim, now time.Time) error {
	group := ordinal
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
	if len(fresh) == 0 {
		return nil
	}
	for _, key := range fresh {
		if err := putBlock(tx, key, keptBlock{group, now}); err != nil {
			return err
		}
	}
	keys, err := readBlockGroup(tx, group)
	if err != nil {
		return err
	}
	keys = append(keys, fresh...)
	return putBlockGroup(tx, group, keys[max(0, len(keys)-maxGroup):])
}

// liftBlocks lifts everything that is blocked on account of a contact, of those it
// has absorbed, and of whoever had one of its addresses before.
func liftBlocks(tx ledger.Tx, c *Contact) error {
	groups := []uint32{c.Ordinal}
	for i := range c.Absorbed {
		groups = append(groups, c.Absorbed[i].Ordinal)
	}
	for _, address := range c.addresses() {
		kept, err := liftBlock(tx, address)
		if err != nil {
			return err
		}
		if kept != nil && !slices.Contains(groups, kept.Group) {
			groups = append(groups, kept.Group)
		}
	}
	for _, group := range groups {
		keys, err := readBlockGroup(tx, group)
		if err != nil {
			return err
		}
		for _, key := range keys {
			if err := tx.DeleteDocument(ledger.Blocks, key); err != nil {
				return err
			}
		}
		if err := tx.DeleteDocument(ledger.Blocks, groupKey(group)); err != nil {
			return err
		}
	}
	return nil
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
	keys, err := readBlockGroup(tx, kept.Group)
	if err != nil {
		return nil, err
	}
	return kept, putBlockGroup(tx, kept.Group, slices.DeleteFunc(keys, func(other string) bool { return other == key }))
}

func readKeptBlock(tx ledger.Tx, key string) (*keptBlock, error) {
	document, err := tx.Document(ledger.Blocks, key)
	if err != nil || document == nil {
		return nil, err
	}
	kept := new(keptBlock)
	return kept, ledger.DecodeDocument(document, kept)
}

func readBlockGroup(tx ledger.Tx, group uint32) ([]string, error) {
	document, err := tx.Document(ledger.Blocks, groupKey(group))
	if err != nil || document == nil {
		return nil, err
	}
	var list blockGroup
	err = ledger.DecodeDocument(document, &list)
	return list.Keys, err
}

// putBlockGroup writes a group, or removes one that has nothing left.
func putBlockGroup(tx ledger.Tx, group uint32, keys []string) error {
	if len(keys) == 0 {
		return tx.DeleteDocument(ledger.Blocks, groupKey(group))
	}
	return putBlock(tx, groupKey(group), blockGroup{keys})
}

func putBlock(tx ledger.Tx, key string, document any) error {
	encoded, err := json.Marshal(document)
	if err != nil {
		return err
	}
	return tx.PutDocument(ledger.Blocks, key, encoded)
}

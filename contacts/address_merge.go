package contacts

import (
	"slices"

	"github.com/ndoto/kundi/ledger"
)

// cameWith is with whom an address or identity of a contact comes to the one that absorbs it.
func cameWith(of uint32, absorbed *Contact) uint32 {
	if of != 0 {
		return of
	}
	return absorbed.Ordinal
}

// brought reports whether what came with a merged contact came by the merge of this one: with it,
// or with one that it had absorbed before.
func (c *Contact) brought(of uint32) bool {
	return of != 0 && (of == c.Ordinal || slices.ContainsFunc(c.Absorbed, func(a ledger.Absorbed) bool { return a.Ordinal == of }))
}

// merge unites the addresses of two contacts. Those of the absorbed one come behind, and are the
// first ones of a survivor that has none. An undo gives each back, and those that came since with
// the contact that was absorbed.
func (k *addressKind) merge() ledger.MergePolicy[Contact] {
	return ledger.MergePolicy[Contact]{Give: k.give, Take: k.take, Choose: k.choose}
}

// choose makes the primary address of the absorbed contact that of the survivor, whose own one
// stays among the others.
func (k *addressKind) choose(after, absorbed *Contact) {
	k.give(after, absorbed)
	if value := *k.primary(absorbed); value != "" {
		list := k.of(after)
		at := k.find(list, value)
		list[at].Value = value // as the absorbed contact writes it
		k.put(after, list, at)
	}
}

func (k *addressKind) give(after, absorbed *Contact) {
	list := k.of(after)
	for _, a := range k.of(absorbed) {
		if k.find(list, a.Value) < 0 {
			a.Of = cameWith(a.Of, absorbed)
			list = append(list, a)
		}
	}
	k.put(after, list, 0)
}

func (k *addressKind) take(now, merged, before, absorbed *Contact) {
	if *k.primary(now) == "" {
		return // somebody has taken all of them away
	}
	if *k.primary(now) == *k.primary(merged) && k.same(now, merged) {
		k.put(now, k.of(before), 0)
		return
	}
	theirs := k.claims(absorbed, nil)
	gone := func(a Address) bool {
		return absorbed.brought(a.Of) || !a.Shared && slices.Contains(theirs, k.claimOn(a.Value))
	}
	primary := k.first(now)
	if primary.Value == *k.primary(merged) && primary.Shared == *k.shared(merged) || gone(primary) {
		primary = k.first(before)
	}
	var list []Address
	if primary.Value != "" {
		list = append(list, primary)
	}
	had, rest := k.of(before), *k.more(now)
	if at := k.find(had, *k.primary(now)); at >= 0 { // the merge may have made it the primary one
		rest = append([]Address{had[at]}, rest...)
	}
	for _, a := range rest {
		if at := k.find(had, a.Value); gone(a) && at >= 0 {
			a = had[at] // it had it before the merge, too
		} else if gone(a) {
			continue
		}
		if k.find(list, a.Value) < 0 {
			list = append(list, a)
		}
	}
	k.put(now, list, 0)
}

// takeAlong gives a contact that is parted from a survivor what has come to the survivor since
// the merge as a part of it.
func takeAlong(restored, survivor *Contact) {
	own := func(of uint32) uint32 {
		if of == restored.Ordinal {
			return 0
		}
		return of
	}
	for _, k := range addressKinds {
		list := k.of(restored)
		for _, a := range k.of(survivor) {
			if restored.brought(a.Of) && k.find(list, a.Value) < 0 && len(list) < MaxAddresses {
				a.Of = own(a.Of)
				list = append(list, a)
			}
		}
		k.put(restored, list, 0)
	}
	for _, i := range survivor.Identities {
		if restored.brought(i.Of) && !slices.ContainsFunc(restored.Identities, i.is) && len(restored.Identities) < MaxAddresses {
			i.Of = own(i.Of)
			restored.Identities = append(restored.Identities, i)
		}
	}
}

package columns

import "strings"

// tails are the ends of a dictionary's keys from a mark on, such as the domains
// of e-mails: few texts that many keys share. A key whose tail has a part needs
// no look at itself.
type tails struct {
	mark  byte
	texts *dictionary
	of    codes    // code of the key -> code of its tail, 0 for none
	users []uint32 // by tail: number of keys
}

func newTails(mark byte) *tails { return &tails{mark: mark, texts: newDictionary()} }

// added follows a key that a code was given.
func (t *tails) added(code uint32, key string) {
	if t == nil {
		return
	}
	begin := strings.LastIndexByte(key, t.mark)
	if begin < 0 {
		return
	}
	tail, _ := t.texts.add(key[begin:], key[begin:])
	*at(&t.users, tail)++
	t.of.set(code, tail)
}

// removed follows a code that lost its key.
func (t *tails) removed(code uint32) {
	if t == nil {
		return
	}
	tail := t.of.get(code)
	if tail == 0 {
		return
	}
	t.of.set(code, 0)
	if t.users[tail]--; t.users[tail] == 0 {
		t.texts.release(tail)
	}
}

// restore takes the tails of every key of a dictionary.
func (t *tails) restore(d *dictionary) {
	if t == nil {
		return
	}
	for code := range uint32(d.size()) {
		if d.used(code) {
			t.added(code, d.key(code))
		}
	}
}

// with returns, for each tail, whether it has the part. It returns nil if none has it, or
// if it is cheaper to look at looks keys than at the tails. A tail does not say how its keys
// begin.
func (t *tails) with(p textPart, looks int) []bool {
	if t == nil || p.begins != nil || t.texts.live() >= looks {
		return nil
	}
	any, with := false, make([]bool, t.texts.size())
	for tail := range with {
		if t.texts.used(uint32(tail)) && p.in(t.texts.key(uint32(tail))) {
			any, with[tail] = true, true
		}
	}
	if !any {
		return nil
	}
	return with
}

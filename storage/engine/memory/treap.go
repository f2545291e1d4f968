package memory

import (
	"bytes"
	"hash/maphash"
)

// node is a node of a persistent treap: changing it copies the path to the
// root, so an old root remains a snapshot. A treap is a search tree by key
// and a heap by priority; with random priorities its expected depth is
// O(log n) (Aragon and Seidel 1989).
type node struct {
	key, value  []byte
	priority    uint64
	left, right *node
}

func (n *node) get(key []byte) ([]byte, bool) {
	for n != nil {
		switch c := bytes.Compare(key, n.key); {
		case c == 0:
			return n.value, true
		case c < 0:
			n = n.left
		default:
			n = n.right
		}
	}
	return nil, false
}

// put returns the tree with the key set. It keeps both slices.
func (n *node) put(seed maphash.Seed, key, value []byte) *node {
	less, rest := n.split(key)
	_, more := rest.cutFirst(key)
	fresh := &node{key: key, value: value, priority: maphash.Bytes(seed, key)}
	return join(join(less, fresh), more)
}

// remove returns the tree without the key.
func (n *node) remove(key []byte) *node {
	less, rest := n.split(key)
	_, more := rest.cutFirst(key)
	return join(less, more)
}

// split divides the tree into the keys below and from key on.
func (n *node) split(key []byte) (less, rest *node) {
	if n == nil {
		return nil, nil
	}
	c := *n
	if bytes.Compare(n.key, key) < 0 {
		c.right, rest = n.right.split(key)
		return &c, rest
	}
	less, c.left = n.left.split(key)
	return less, &c
}

// cutFirst takes key off a tree that has no lower one.
func (n *node) cutFirst(key []byte) (found bool, rest *node) {
	if n == nil {
		return false, nil
	}
	if n.left == nil {
		if bytes.Equal(n.key, key) {
			return true, n.right
		}
		return false, n
	}
	found, left := n.left.cutFirst(key)
	if !found {
		return false, n
	}
	c := *n
	c.left = left
	return true, &c
}

// join merges two trees, every key of a being below those of b.
func join(a, b *node) *node {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	case a.priority > b.priority:
		c := *a
		c.right = join(a.right, b)
		return &c
	default:
		c := *b
		c.left = join(a, b.left)
		return &c
	}
}

// walk calls visit for every key from from on, in order, until it returns
// false.
func (n *node) walk(from []byte, visit func(key, value []byte) bool) bool {
	if n == nil {
		return true
	}
	if bytes.Compare(n.key, from) >= 0 {
		if !n.left.walk(from, visit) || !visit(n.key, n.value) {
			return false
		}
	}
	return n.right.walk(from, visit)
}

// walkBack calls visit for every key down from from, in falling order, until it returns
// false.
func (n *node) walkBack(from []byte, visit func(key, value []byte) bool) bool {
	if n == nil {
		return true
	}
	if bytes.Compare(n.key, from) <= 0 {
		if !n.right.walkBack(from, visit) || !visit(n.key, n.value) {
			return false
		}
	}
	return n.left.walkBack(from, visit)
}

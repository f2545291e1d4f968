package storage

// layer is a map whose latest writes can be taken back: the part of an
// overlay that holds one type of thing.
type layer[K comparable, V any] struct {
	m    map[K]V
	undo []former[K, V]
}

// former is what a key held before a write.
type former[K comparable, V any] struct {
	key   K
	value V
	held  bool
}

func newLayer[K comparable, V any]() layer[K, V] { return layer[K, V]{m: map[K]V{}} }

func (l *layer[K, V]) get(key K) (V, bool) {
	v, ok := l.m[key]
	return v, ok
}

func (l *layer[K, V]) set(key K, value V) {
	old, held := l.m[key]
	l.undo = append(l.undo, former[K, V]{key, old, held})
	l.m[key] = value
}

// keep makes the writes so far final.
func (l *layer[K, V]) keep() { l.undo = l.undo[:0] }

// rollbackTo takes back the writes since keep, the last first, and leaves the first writes
// of them.
func (l *layer[K, V]) rollbackTo(writes int) {
	for i := len(l.undo) - 1; i >= writes; i-- {
		if u := l.undo[i]; u.held {
			l.m[u.key] = u.value
		} else {
			delete(l.m, u.key)
		}
	}
	l.undo = l.undo[:writes]
}

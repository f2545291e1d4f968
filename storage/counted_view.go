package storage

import "github.com/ndoto/kundi/storage/engine"

// countedView counts the keys that are read of a view.
type countedView struct {
	engine.View
	read int
}

func (v *countedView) Get(key []byte) ([]byte, error) {
	v.read++
	return v.View.Get(key)
}

func (v *countedView) GetMany(keys [][]byte) ([][]byte, error) {
	v.read += len(keys)
	return v.View.GetMany(keys)
}

func (v *countedView) Scan(r engine.Range) (engine.Page, error) {
	page, err := v.View.Scan(r)
	v.read += 1 + len(page.Pairs)
	return page, err
}

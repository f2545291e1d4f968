package index

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/ndoto/kundi/index/durable"
)

// ofFile says which store the index is of.
const ofFile = "store"

// own removes what is in the folder if that is of another store, whose folder somebody has put beside it. Nothing else
// would tell: the numbers of changes are alike. A folder of an older version does not say of which store it is.
func (x *Index) own(store string) error {
	path := filepath.Join(x.dir, ofFile)
	known, err := os.ReadFile(path)
	if err == nil && string(known) == store {
		return nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		x.log.Info("index will be built", "reason", "of another store")
		if err := x.clear(); err != nil {
			return err
		}
	}
	_, err = durable.Write(path, func(w io.Writer) error {
		_, err := io.WriteString(w, store)
		return err
	})
	if err != nil { // a start on a full disk has to go on
		x.log.Warn("the store of the index cannot be noted", "error", err)
	}
	return nil
}

// clear removes all but the name of the store: until that is another one, the next start begins again.
func (x *Index) clear() error {
	entries, err := os.ReadDir(x.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != ofFile {
			err = errors.Join(err, os.RemoveAll(filepath.Join(x.dir, e.Name())))
		}
	}
	return err
}

package ledger

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// MergeOrder is what a merge is asked for.
type MergeOrder struct {
	Other   ID     // of the record that is absorbed
	Version uint64 // of the survivor, as for CheckVersion
	// OtherVersion is that of the record that is absorbed, as for CheckVersion.
	OtherVersion uint64
	// Choose has by the name of a field "absorbed", when the survivor is to have the value of
	// the absorbed record, or "survivor", which says nothing new.
	Choose map[string]any
}

// Choice is the fields and attributes of which a merge takes the value of the absorbed record.
// The zero one is none.
type Choice struct {
	fields     map[string]bool // by the field whose policy decides
	attributes []uint32
}

// Chosen reads the Choose of an order. A field that another decides is that one, so a group of
// fields is chosen as a whole. An error is of fault.KindInvalid and has all faults.
func (k *Kind[T]) Chosen(s *fields.Schema, choose map[string]any) (Choice, error) {
	c := Choice{fields: map[string]bool{}}
	var faults []fault.Fault
	unknown := false
	for name, raw := range choose {
		policy, number := k.choosable(s, name)
		if policy == "" && number == 0 {
			unknown = true
			continue
		}
		switch raw {
		case "survivor":
		case "absorbed":
			if number != 0 {
				c.attributes = append(c.attributes, number)
			} else {
				c.fields[policy] = true
			}
		default:
			faults = append(faults, fault.Fault{Path: "choose." + name, Detail: "must be absorbed or survivor"})
		}
	}
	slices.SortFunc(faults, func(a, b fault.Fault) int { return strings.Compare(a.Path, b.Path) })
	if unknown {
		faults = append(faults, fault.Fault{Path: "choose", Detail: "has a member that cannot be chosen; the members are " + strings.Join(k.choices(), ", ")})
	}
	return c, fault.Invalid("invalid-merge", "The "+string(k.Entity)+" cannot be merged.", faults)
}

// choosable returns the field that decides what a merge does with the one of a name, or the number
// of the attribute: neither for one that nobody can choose.
func (k *Kind[T]) choosable(s *fields.Schema, name string) (policy string, number uint32) {
	if f := k.Named(name); f != nil {
		switch {
		case !f.choosable():
			return "", 0
		case f.Merge.With != "":
			return f.Merge.With, 0
		}
		return f.Name, 0
	}
	if k.Attributes == nil {
		return "", 0
	}
	if f, known := s.Of(k.Entity).Field(name); known && f.Attribute != nil {
		return "", f.Attribute.Number
	}
	return "", 0
}

// choosable reports whether a merge can be asked for the value of either record.
func (f *FieldOf[T]) choosable() bool {
	return f.Same != nil && f.Standard.Settable() && !f.Merge.Fixed
}

// choices are the names that can be chosen, for a message.
func (k *Kind[T]) choices() (names []string) {
	for i := range k.Fields {
		if f := &k.Fields[i]; f.choosable() {
			names = append(names, f.Name)
		}
	}
	if k.Attributes != nil {
		names = append(names, "attributes.KEY")
	}
	return names
}

var errRehearsed = errors.New("what was rehearsed is taken back")

// Rehearse runs a closure and takes back all that it wrote. It returns the head. The error is
// that of the closure.
func Rehearse(ctx context.Context, store Updater, by Author, do func(Tx) error) (head uint64, err error) {
	return store.Update(ctx, by, func(tx Tx) error {
		err := tx.Attempt(func() error {
			if err := do(tx); err != nil {
				return err
			}
			return errRehearsed
		})
		if errors.Is(err, errRehearsed) {
			return nil
		}
		return err
	})
}

// RehearseMerge carries out a merge and takes back all that it wrote. merge returns where its result
// has the record, and the Merge, nil where the two are one already. It may run more than once. The
// record gets the version that the survivor has. absorbed is the record that would be absorbed,
// nil without a Merge, and head is that of the store.
//
// Errors are those of CheckOther and of merge.
func (k *Kind[T]) RehearseMerge(ctx context.Context, store Updater, by Author, id ID, o MergeOrder, merge func(Tx) (record **T, m *Merge[T], err error)) (head uint64, absorbed *T, err error) {
	if err := k.CheckOther(id, o); err != nil {
		return 0, nil, err
	}
	head, err = Rehearse(ctx, store, by, func(tx Tx) error {
		record, m, err := merge(tx)
		if err != nil || m == nil {
			absorbed = nil
			return err
		}
		absorbed = m.Absorbed
		*record = k.Clone(*record)
		*k.Stamp(*record).Version = *k.Stamp(m.Before).Version
		return nil
	})
	return head, absorbed, err
}

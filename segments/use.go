package segments

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// usersListed is how many segments an error names at most.
const usersListed = 10

// Use is a segment whose filter names an attribute.
type Use struct {
	ID   ledger.ID
	Name string
}

// UsesOf returns the segments whose filters name an attribute of an entity,
// oldest first.
func (s *Service) UsesOf(ctx context.Context, e fields.Entity, key string) (list []Use, err error) {
	err = s.each(ctx, func(segment *Segment) error {
		if slices.Contains(segment.attributes, fields.DefinitionDocument(e, key)) {
			list = append(list, Use{ID: segment.ID, Name: segment.Name})
		}
		return nil
	})
	return list, err
}

// Unused returns an error of KindConflict if the filter of a segment names the
// attribute. It is meant for workspace.WithAttributeUse and runs in the closure
// that deletes the attribute. A segment that is being defined at the same time
// is checked again, against the schema without the attribute; see put.
func Unused(tx ledger.Tx, a *fields.AttributeDefinition) error {
	ids, err := usersOf(tx, a.Document())
	if err != nil {
		return err
	}
	users, err := withNames(tx, ids)
	if err != nil {
		return err
	}
	return inUse("attribute-in-use", "key", "The attribute is used by the filters of %s.", users)
}

// OptionUnused returns an error of KindConflict if the filter of a segment names an option of a list,
// by its present name or by one that it had. It is meant for workspace.WithOptionUse and runs in
// the closure that removes the option. A segment that is being defined at the same time is checked
// again, as for Unused.
func OptionUnused(tx ledger.Tx, a *fields.AttributeDefinition, option string) error {
	names := []string{option}
	for _, former := range a.Former {
		if former.Option == option {
			names = append(names, former.Name)
		}
	}
	keys := []string{a.Document() + optionMark} // who names very many
	for _, name := range names {
		keys = append(keys, optionDocument(a, name))
	}
	var ids []string
	for _, key := range keys {
		list, err := usersOf(tx, key)
		if err != nil {
			return err
		}
		ids = append(ids, list...)
	}
	slices.Sort(ids)
	users, err := withNames(tx, slices.Compact(ids))
	if err != nil {
		return err
	}
	return inUse("option-in-use", "options", "An option that is to be removed is used by the filters of %s.", users)
}

// optionMark separates an attribute and an option in the keys of UseDocuments.
const optionMark = "#"

// optionDocument is the key in UseDocuments of an option of an attribute. It has a hash, because
// options may be long.
func optionDocument(a *fields.AttributeDefinition, option string) string {
	return a.Document() + optionMark + nameKey(option)
}

// withNames returns the segments with the given ids, with the names of those that an error lists.
func withNames(tx ledger.Tx, ids []string) ([]Use, error) {
	users := make([]Use, len(ids))
	for i, text := range ids {
		id, err := uuid.Parse(text)
		if err != nil {
			return nil, err
		}
		if users[i].ID = id; i >= usersListed {
			continue
		}
		record, err := tx.Document(SegmentDocuments, text)
		if err != nil {
			return nil, err
		}
		if record == nil {
			continue // RenewUses corrects the list
		}
		segment, err := decodeSegment(id, record)
		if err != nil {
			return nil, err
		}
		users[i].Name = segment.Name
	}
	return users, nil
}

// usersOf returns the ids of the segments that name an attribute, given by the
// document key of its definition.
func usersOf(tx ledger.Tx, document string) (ids []string, err error) {
	raw, err := tx.Document(UseDocuments, document)
	if err == nil && raw != nil {
		err = json.Unmarshal(raw, &ids)
	}
	return ids, err
}

// updateUses changes, for each attribute, the stored list of the segments that
// name it. The segment named the attributes in before, and now names those in
// after.
func updateUses(tx ledger.Tx, id ledger.ID, before, after []string) error {
	for _, document := range before {
		if !slices.Contains(after, document) {
			if err := updateUse(tx, document, id.String(), false); err != nil {
				return err
			}
		}
	}
	for _, document := range after {
		if err := updateUse(tx, document, id.String(), true); err != nil {
			return err
		}
	}
	return nil
}

func updateUse(tx ledger.Tx, document, id string, uses bool) error {
	ids, err := usersOf(tx, document)
	if err != nil {
		return err
	}
	at, there := slices.BinarySearch(ids, id)
	switch {
	case there == uses:
		return nil
	case uses:
		ids = slices.Insert(ids, at, id)
	default:
		ids = slices.Delete(ids, at, at+1)
	}
	if len(ids) == 0 {
		return tx.DeleteDocument(UseDocuments, document)
	}
	record, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	return tx.PutDocument(UseDocuments, document, record)
}

// RenewUses corrects the stored lists of the segments that name each attribute.
// Folders of older programs have no such lists. It writes nothing if all lists
// are right.
func (s *Service) RenewUses(ctx context.Context, by ledger.Author) error {
	if err := s.lockDefinitions(ctx); err != nil {
		return err
	}
	defer s.unlockDefinitions()
	wrong, err := s.wrongUses(ctx)
	if err != nil || len(wrong) == 0 {
		return err
	}
	_, err = s.store.Update(ctx, by, func(tx ledger.Tx) error {
		for document, ids := range wrong {
			if len(ids) == 0 {
				if err := tx.DeleteDocument(UseDocuments, document); err != nil {
					return err
				}
				continue
			}
			record, err := json.Marshal(ids)
			if err != nil {
				return err
			}
			if err := tx.PutDocument(UseDocuments, document, record); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// wrongUses returns the right lists for those attributes whose stored list is
// wrong, by the document key of the definition.
func (s *Service) wrongUses(ctx context.Context) (map[string][]string, error) {
	lists := map[string][]string{}
	err := s.each(ctx, func(segment *Segment) error {
		for _, document := range segment.attributes {
			lists[document] = append(lists[document], segment.ID.String())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = ledger.EachDocument(ctx, s.store, UseDocuments, "", func(d ledger.Document) error {
		var ids []string
		if json.Unmarshal(d.Value, &ids) == nil && len(ids) > 0 && slices.Equal(ids, lists[d.Key]) {
			delete(lists, d.Key)
		} else if _, used := lists[d.Key]; !used {
			lists[d.Key] = nil
		}
		return nil
	})
	return lists, err
}

// checkSegmentUse returns an error of KindConflict if the filter of another
// segment names this one.
func (s *Service) checkSegmentUse(ctx context.Context, id ledger.ID) error {
	return s.checkUse(ctx, "segment-in-use", "id", "The segment is used by the filters of %s.", func(segment *Segment) bool {
		return slices.Contains(segment.segments, id.String())
	})
}

func (s *Service) checkUse(ctx context.Context, slug, path, message string, uses func(*Segment) bool) error {
	var users []Use
	err := s.each(ctx, func(segment *Segment) error {
		if uses(segment) {
			users = append(users, Use{ID: segment.ID, Name: segment.Name})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return inUse(slug, path, message, users)
}

// inUse returns an error of KindConflict that names the segments. It is nil if there are
// none.
func inUse(slug, path, message string, users []Use) error {
	if len(users) == 0 {
		return nil
	}
	var faults []fault.Fault
	for _, user := range users[:min(len(users), usersListed)] {
		faults = append(faults, fault.Fault{Path: path, Detail: fmt.Sprintf("is used by the segment %q (%s)", user.Name, user.ID)})
	}
	count := "a segment"
	if len(users) > 1 {
		count = fmt.Sprintf("%d segments", len(users))
	}
	return &fault.Error{Kind: fault.KindConflict, Type: slug, Message: fmt.Sprintf(message, count), Faults: faults}
}

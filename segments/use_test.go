package segments_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
	space "github.com/ndoto/kundi/workspace"
)

// exists is a segment of everybody with an attribute.
func exists(name, key string) string {
	return fmt.Sprintf(`{"name": %q, "filter": {"combinator": "and", "rules": [{"field": "attributes.%s", "operator": "exists"}]}}`, name, key)
}

// unused says what the commit of a deletion is told.
func (w *workspace) unused(key string) (err error) {
	w.update(func(tx ledger.Tx) error {
		err = segments.Unused(tx, tx.Schema().Attribute(key))
		return nil
	})
	return err
}

func (w *workspace) defineTwo() {
	w.define(fields.AttributeDefinition{Number: 1, Key: "tier", Label: "Tier", Type: fields.AttributeText})
	w.define(fields.AttributeDefinition{Number: 2, Key: "mrr", Label: "MRR", Type: fields.AttributeNumber})
}

func TestAnAttributeInUseIsTold(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	w.defineTwo()
	require.NoError(t, w.unused("tier"))
	segment := w.create(`{"name": "gold", "filter": {"combinator": "and", "rules": [
		{"combinator": "or", "rules": [{"field": "attributes.tier", "operator": "eq", "value": "gold"}]}]}}`)
	var others []*segments.Segment
	for i := range 20 {
		others = append(others, w.create(exists(fmt.Sprintf("n%d", i), "tier")))
	}
	e := refused(t, w.unused("tier"), fault.KindConflict, "attribute-in-use")
	require.Contains(t, e.Message, "21 segments")
	require.Len(t, e.Faults, 10)
	require.Equal(t, `is used by the segment "gold" (`+segment.ID.String()+`)`, e.Faults[0].Detail)
	require.NoError(t, w.unused("mrr"))
	uses, err := w.UsesOf(t.Context(), fields.EntityContact, "tier")
	require.NoError(t, err)
	require.Len(t, uses, 21)
	require.Equal(t, segments.Use{ID: segment.ID, Name: "gold"}, uses[0])
	uses, err = w.UsesOf(t.Context(), fields.EntityCompany, "tier")
	require.NoError(t, err)
	require.Empty(t, uses)

	w.patch(segment.ID, `{"filter": {"combinator": "and", "rules": [{"field": "attributes.mrr", "operator": "exists"}]}}`)
	refused(t, w.unused("mrr"), fault.KindConflict, "attribute-in-use")
	for i, other := range others {
		require.Error(t, w.unused("tier"), i)
		_, err := w.Delete(t.Context(), by, other.ID, 0)
		require.NoError(t, err)
	}
	require.NoError(t, w.unused("tier"))
	require.Len(t, w.documents(segments.UseDocuments), 1)
}

// TestUsesOfOlderFolders: the lists are made where there are none, and made right.
func TestUsesOfOlderFolders(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	w.defineTwo()
	w.create(exists("a", "tier"))
	w.create(exists("b", "tier"))
	want := w.documents(segments.UseDocuments)
	found := func() int {
		var d ledger.Differences
		require.NoError(t, w.Verify(t.Context(), &d))
		return len(d.List())
	}
	require.Zero(t, found())
	for _, damage := range []func(tx ledger.Tx) error{
		func(tx ledger.Tx) error { return tx.DeleteDocument(segments.UseDocuments, "tier") },
		func(tx ledger.Tx) error { return tx.PutDocument(segments.UseDocuments, "mrr", []byte(`["x"]`)) },
		func(tx ledger.Tx) error { return tx.PutDocument(segments.UseDocuments, "tier", []byte("x")) },
	} {
		w.update(damage)
		require.Equal(t, 1, found())
		require.NoError(t, w.RenewUses(t.Context(), by.Author))
		require.Equal(t, want, w.documents(segments.UseDocuments))
		require.Zero(t, found())
	}
	head := w.store.Head()
	require.NoError(t, w.RenewUses(t.Context(), by.Author))
	require.Equal(t, head, w.store.Head(), "nothing was written")
}

// TestASegmentCannotOutrunTheDeletionOfItsAttribute: of a segment that names an attribute
// and the deletion of that attribute, written at once, one is refused.
func TestASegmentCannotOutrunTheDeletionOfItsAttribute(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	service := space.NewService(w.store, time.Now, space.WithAttributeUse(segments.Unused))
	for i := range 50 {
		_, err := service.DefineAttribute(t.Context(), by, fields.Draft{"key": "tier", "type": "text"})
		require.NoError(t, err)
		var group sync.WaitGroup
		var made segments.Result
		var created, deleted error
		group.Go(func() {
			made, created = w.Create(context.Background(), by, draft(t, exists(fmt.Sprint(i), "tier")))
		})
		group.Go(func() {
			_, deleted = service.DeleteAttribute(context.Background(), by, fields.EntityContact, "tier", 0)
		})
		group.Wait()
		require.NotEqual(t, created == nil, deleted == nil, "%v %v", created, deleted)
		if created == nil {
			_, err := w.Delete(t.Context(), by, made.ID, 0)
			require.NoError(t, err)
			_, err = service.DeleteAttribute(t.Context(), by, fields.EntityContact, "tier", 0)
			require.NoError(t, err)
		}
	}
}

// TestVeryManyOptionsAreNotedByAttribute: one by one they would not fit into a commit.
func TestVeryManyOptionsAreNotedByAttribute(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	options := make([]string, 1_000)
	for i := range options {
		options[i] = fmt.Sprintf("o%d", i)
	}
	w.define(fields.AttributeDefinition{Number: 1, Key: "tier", Label: "Tier", Type: fields.AttributeList, Options: options})
	w.define(fields.AttributeDefinition{Number: 2, Key: "plan", Label: "Plan", Type: fields.AttributeList, Options: options, Multiple: true})
	many, err := json.Marshal(options[:999])
	require.NoError(t, err)
	few := fmt.Sprintf(`{"field": "attributes.tier", "operator": "in", "value": %s}`, many)
	segment := w.create(`{"name": "s", "filter": ` + rules("and", few) + `}`)
	require.Len(t, w.documents(segments.UseDocuments), 1_000)
	option := func(name string) (err error) {
		w.update(func(tx ledger.Tx) error {
			err = segments.OptionUnused(tx, tx.Schema().Attribute("tier"), name)
			return nil
		})
		return err
	}
	require.NoError(t, option("o999"))
	w.patch(segment.ID, `{"filter": `+rules("and", few, fmt.Sprintf(`{"field": "attributes.plan", "operator": "any_of", "value": %s}`, many))+`}`)
	require.Equal(t, []string{"plan", "plan#", "tier", "tier#"}, w.documents(segments.UseDocuments))
	refused(t, option("o999"), fault.KindConflict, "option-in-use")
	w.sound()
}

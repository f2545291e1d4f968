package workspace

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// definedReceipt is what the receipt of a request keeps of the attribute that it defined or
// changed. The key would not do: after a deletion it may be that of another attribute.
type definedReceipt struct {
	Number uint32 `json:"number"`
}

// defineOnce runs a change of the attribute of e with the key, at most once per idempotency
// key. The change returns the attribute as it is afterwards. A repeated answer has it as it
// is now, nil when it was deleted since, even if another one has its key by now.
func (s *Service) defineOnce(ctx context.Context, by ledger.Caller, e fields.Entity, key string, now time.Time, change func(ledger.Tx) (*fields.AttributeDefinition, error)) (Defined, error) {
	var done Defined
	seq, err := s.store.Update(ctx, by.Author, func(tx ledger.Tx) error {
		done = Defined{}
		outcome, err := ledger.Once(tx, by.Receipt, now, func() (ledger.Outcome, error) {
			a, err := change(tx)
			if err != nil {
				return ledger.Outcome{}, err
			}
			done.Attribute = a
			detail, err := json.Marshal(definedReceipt{Number: a.Number})
			return ledger.Outcome{Status: "done", IDs: []string{a.Document()}, Detail: detail}, err
		})
		if err == nil && outcome.Replayed {
			done.Replayed, done.Seq = true, outcome.Seq
			done.Attribute, err = definedBefore(tx.Schema(), e, key, outcome)
		}
		return err
	})
	if err != nil {
		return Defined{}, err
	}
	if !done.Replayed {
		done.Seq = seq
	}
	return done, nil
}

// definedBefore is the attribute that an earlier request was about, nil when it was deleted
// since. The receipts of older programs know it by its key only, or not at all.
func definedBefore(schema *fields.Schema, e fields.Entity, key string, o ledger.Outcome) (*fields.AttributeDefinition, error) {
	switch {
	case len(o.Detail) > 0:
		var known definedReceipt
		if err := json.Unmarshal(o.Detail, &known); err != nil {
			return nil, err
		}
		return schema.DefinitionByNumber(known.Number), nil
	case len(o.IDs) > 0:
		return schema.Definition(o.IDs[0]), nil
	}
	return schema.Of(e).Attribute(key), nil
}

// definedOnce is what defineOnce answers when the request of the caller was carried out
// before, and false when it is new.
func (s *Service) definedOnce(ctx context.Context, by ledger.Caller, e fields.Entity, key string) (Defined, bool, error) {
	outcome, repeated, err := ledger.Earlier(ctx, s.store, by, s.instant())
	if err != nil || !repeated {
		return Defined{}, false, err
	}
	a, err := definedBefore(s.store.Schema(), e, key, outcome)
	return Defined{Attribute: a, Seq: outcome.Seq, Replayed: true}, err == nil, err
}

// named is the entity that a request names, and contacts when it names none.
func named(e fields.Entity) fields.Entity {
	if e == "" {
		return fields.EntityContact
	}
	return e
}

// checkNamed refuses a new request that names no entity, when several have an attribute of
// the key: who sent it may have meant any of them.
func (s *Service) checkNamed(e fields.Entity, key string) error {
	if e != "" {
		return nil
	}
	schema := s.store.Schema()
	var having []string
	for _, one := range schema.Defined() {
		if schema.Of(one).Attribute(key) != nil {
			having = append(having, string(one))
		}
	}
	if len(having) < 2 {
		return nil
	}
	return fault.Invalid("invalid-request", "The request does not have the expected shape.", []fault.Fault{
		{Path: "entity", Detail: "must be " + strings.Join(having, " or ") + ", because each has an attribute of this key"}})
}

package app

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// ofPeople reports whether records of a kind belong to contacts, or to what belongs to them.
func ofPeople(k *ledger.Shape) bool {
	for k.Owner != "" {
		if k.Owner == fields.EntityContact {
			return true
		}
		i := slices.IndexFunc(Kinds, func(above ledger.AnyKind) bool { return above.Info().Entity == k.Owner })
		k = Kinds[i].Info()
	}
	return false
}

// TestPersonalDataHasEveryKind walks all kinds of records that belong to people: each of them is in
// the document of a person who has some, and of one whom that person has absorbed. Whoever makes a
// kind writes it there, and makes a record of it here.
func TestPersonalDataHasEveryKind(t *testing.T) {
	ctx := context.Background()
	r := newPeopleRig(t, t.TempDir())
	defer func() { require.NoError(t, r.Close(ctx)) }()
	inbound := func(email string) object {
		return object{"channel": "email", "sender": object{"email": email}, "message": object{"text": "Hi"}}
	}
	emails, ids := []string{"ada@example.org", "king@example.org"}, []string{}
	for _, email := range emails {
		id := r.expect(201, "POST", "/v1/conversations", inbound(email))["contact_id"].(string)
		r.expect(201, "POST", "/v1/contacts/"+id+"/notes", object{"text": "a note"})
		ids = append(ids, id)
	}
	segment := r.expect(201, "POST", "/v1/segments", object{"name": "Both"})["id"]
	r.expect(201, "POST", "/v1/segments/"+segment.(string)+"/refresh", nil)
	audience := r.expect(201, "POST", "/v1/audiences", object{"segment_id": segment, "snapshot": 1, "campaign": "spring"})["id"].(string)
	delivered := func(row int) object { return object{"row": row, "kind": "delivered", "at": "2020-01-01T00:00:00Z"} }
	r.expect(200, "POST", "/v1/audiences/"+audience+"/events", object{"events": []any{delivered(1), delivered(2)}})
	for i, id := range ids {
		r.expect(200, "POST", "/v1/contacts/"+id+"/block", nil)
		r.expect(403, "POST", "/v1/conversations", inbound(emails[i]))
	}
	r.expect(201, "POST", "/v1/segments", object{"name": "Not blocked", "watched": true, "filter": object{
		"combinator": "and", "rules": []any{object{"field": "blocked", "operator": "eq", "value": false}},
	}})
	require.NoError(t, r.watcher.Look(ctx))
	for _, id := range ids {
		r.expect(200, "DELETE", "/v1/contacts/"+id+"/block", nil)
	}
	require.NoError(t, r.watcher.Look(ctx))
	r.expect(200, "POST", "/v1/contacts/"+ids[0]+"/merge", object{"contact_id": ids[1]})
	document, err := json.Marshal(r.expect(200, "GET", "/v1/contacts/"+ids[0]+"/personal-data", nil))
	require.NoError(t, err)
	c, err := contacts.Kind.ReadByClaim(ctx, r.Store, ledger.Claim{Kind: contacts.ClaimID, Value: ids[0]})
	require.NoError(t, err)
	owners := map[fields.Entity][]uint32{fields.EntityContact: ledger.Ordinals(contacts.Kind, c)}
	for left := Kinds; len(left) > 0; {
		var later []ledger.AnyKind // whose owners are not read yet
		for _, k := range left {
			shape := k.Info()
			of, read := owners[shape.Owner]
			switch {
			case !ofPeople(shape):
				continue
			case !read:
				later = append(later, k)
				continue
			}
			err := r.Store.Owned(ctx, shape, of, ledger.Window{Limit: 100}, func(record ledger.Record) error {
				stamp := k.StampOf(record)
				owners[shape.Entity] = append(owners[shape.Entity], *stamp.Ordinal)
				require.Contains(t, string(document), stamp.ID.String(), "a %s is not in the personal data", shape.Entity)
				return nil
			})
			require.NoError(t, err)
			require.GreaterOrEqual(t, len(owners[shape.Entity]), 2, "make a %s of each of the two", shape.Entity)
		}
		left = later
	}
}

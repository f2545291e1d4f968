package explain

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
	"github.com/ndoto/kundi/segments"
)

// reading is an explanation in the making, in one state of the store.
type reading struct {
	service  *Service
	view     ledger.View
	of       segments.Definition
	contact  *contacts.Contact
	ordinals []uint32 // of the contact and those whom it has absorbed
	named    named
	facts    ledger.Facts
}

// named is what a filter asks of contacts, with the filters of the segments that it names.
type named struct {
	fields  map[string]bool
	related map[fields.Entity]bool
	timed   bool // time alone can change who passes
	unknown bool // it may have asked for anything
}

func namedBy(n filter.Node) named {
	all := named{fields: map[string]bool{}, related: map[fields.Entity]bool{}, timed: filter.MovesOf(n) != filter.Stays}
	filter.EachRule(n, func(r *filter.Rule) {
		if all.fields[r.Field.Name] = true; r.Related != nil {
			all.related[r.Related.Of] = true
		}
	})
	return all
}

// asksForCompany reports whether the filter asks for fields of the company.
func (a *named) asksForCompany() bool {
	for name := range a.fields {
		if _, of := (fields.Field{Name: name}).OfCompany(); of {
			return true
		}
	}
	return a.unknown
}

// talkFields are the fields of a contact that follow from its conversations.
var talkFields = []string{
	"channels", "last_seen_at", "conversations_count", "open_conversations", "last_message_at", "first_reply_at", "last_reply_at",
}

// asksForTalk reports whether the filter asks for conversations, or for what follows from them.
func (a *named) asksForTalk() bool {
	asked := slices.ContainsFunc(talkFields, func(field string) bool { return a.fields[field] })
	return asked || a.related[fields.EntityConversation] || a.unknown
}

func (a *named) asksForNotes() bool { return a.related[fields.EntityNote] || a.unknown }

func (a *named) asksForCampaigns() bool { return a.related[fields.EntityCampaignEvent] || a.unknown }

// factsOf reads what filters know of the contact: with its company, and with the related records
// that the filter asks for.
func (r *reading) factsOf(ctx context.Context) (ledger.Facts, error) {
	company, err := r.company(ctx)
	if err != nil {
		return ledger.Facts{}, err
	}
	mirror := r.service.mirror
	related := companies.Kind.Facts(company)
	if company != nil {
		related.Derived = mirror.Derived(companies.Kind, company, company.Ordinal)
	}
	facts := contacts.Kind.Facts(r.contact, related)
	facts.Derived = mirror.Derived(contacts.Kind, r.contact, r.contact.Ordinal)
	changed, err := mirror.ChangedAt(ctx, filter.ChangedFields(r.of.Saved.Whole(r.of.Filter).Root), r.contact.Ordinal)
	if err != nil {
		return ledger.Facts{}, err
	}
	if facts.Derived == nil {
		facts.Derived = changed
	} else {
		maps.Copy(facts.Derived, changed)
	}
	facts.Owned = map[fields.Entity][]ledger.Facts{}
	if err := owned(ctx, r, conversations.Kind, facts.Owned); err != nil {
		return ledger.Facts{}, err
	}
	if err := owned(ctx, r, audiences.EventsKind, facts.Owned); err != nil {
		return ledger.Facts{}, err
	}
	return facts, owned(ctx, r, notes.Kind, facts.Owned)
}

// among reports whether the contact, or one that it has absorbed, is in a set, which may be nil.
func (r *reading) among(set *roaring.Bitmap) bool {
	return set != nil && slices.ContainsFunc(r.ordinals, set.Contains)
}

// company reads the company of the contact, or the one that has absorbed it; nil for none.
func (r *reading) company(ctx context.Context) (*companies.Company, error) {
	if r.contact.Company == 0 {
		return nil, nil
	}
	list, err := companies.Kind.ListMeant(ctx, r.view, []uint32{r.contact.Company})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

// readAtOnce is how many related records are read at once.
const readAtOnce = 500

// owned reads the related records of a kind, if the filter asks for them.
func owned[T any](ctx context.Context, r *reading, k *ledger.Kind[T], into map[fields.Entity][]ledger.Facts) error {
	if !r.named.related[k.Entity] {
		return nil
	}
	return eachOwned(ctx, r, k, func(one *T) { into[k.Entity] = append(into[k.Entity], k.Facts(one)) })
}

// eachOwned shows all records of a kind that belong to the contact, or to those whom it has absorbed.
func eachOwned[T any](ctx context.Context, r *reading, k *ledger.Kind[T], visit func(*T)) error {
	for _, owner := range r.ordinals {
		w := ledger.Window{Limit: readAtOnce}
		for more := true; more; {
			list, err := k.OwnedBy(ctx, r.view, []uint32{owner}, w)
			if err != nil {
				return err
			}
			for _, one := range list {
				visit(one)
			}
			if more = len(list) == w.Limit; more {
				last := k.Stamp(list[len(list)-1]).Ref()
				w.After = &last
			}
		}
	}
	return nil
}

// follows are the fields of the history from which others of filters follow.
var follows = map[string][]string{
	"email": {"emails"}, "phone": {"phones"},
	"reachable": {"emails", "phones", "identities", "blocked", "suppressed"},
}

// asksFor reports whether the filter asks for a field, given by its name in the history, or for one
// that follows from it.
func (a *named) asksFor(field string) bool {
	if a.fields[field] || a.unknown {
		return true
	}
	for other, of := range follows {
		if a.fields[other] && slices.Contains(of, field) {
			return true
		}
	}
	return field == "company_id" && a.asksForCompany() ||
		a.fields["reachable"] && strings.HasPrefix(field, contacts.ConsentPrefix)
}

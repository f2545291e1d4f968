package contacts

import (
	"maps"
	"slices"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// The members of the draft of a row for addresses that a contact gets beside those it has. Where
// emails and phones replace all, these only add. Like emails and phones, they are lists of texts
// in a row.
const (
	FurtherEmails = "further_emails"
	FurtherPhones = "further_phones"
)

// further is the member of a row for addresses that are added.
func (k *addressKind) further() string { return "further_" + k.all }

// addresses reads the lists of addresses of a row. Those that cannot be read are left out of
// them. The primary one is among all, which then need not be so in the file.
func (r *cellReader) addresses(country string) {
	for _, k := range addressKinds {
		r.addressList(k, k.further(), country)
		if !r.addressList(k, k.all, country) {
			continue
		}
		list := r.draft[k.all].([]any)
		if v, wrong := r.coerced(k, r.draft[k.one], country); wrong == "" && !v.IsMissing() && !holdsAddress(k, list, v.Text) {
			list = slices.Insert(list, 0, any(addressMember(v.Text)))
		}
		r.draft[k.all] = list
	}
}

func addressMember(value string) map[string]any { return map[string]any{"value": value} }

// holdsAddress reports whether an address is among the members of a draft.
func holdsAddress(k *addressKind, members []any, value string) bool {
	return slices.ContainsFunc(members, func(m any) bool { return k.form(m.(map[string]any)["value"].(string)) == k.form(value) })
}

// addressList reads a list of addresses, each once, and reports whether there is any.
func (r *cellReader) addressList(k *addressKind, member, country string) bool {
	raw, ok := r.draft[member].([]any)
	if !ok {
		return false
	}
	list := []any{}
	for _, text := range raw {
		v, wrong := r.coerced(k, text, country)
		switch {
		case wrong != "":
			r.faults = append(r.faults, fault.Fault{Path: k.all, Detail: wrong})
		case !v.IsMissing() && !holdsAddress(k, list, v.Text):
			list = append(list, addressMember(v.Text))
		}
	}
	r.draft[member] = list
	if len(list) == 0 {
		delete(r.draft, member)
	}
	return len(list) > 0
}

// coerced reads an address as a cell has it.
func (r *cellReader) coerced(k *addressKind, raw any, country string) (v fields.Value, wrong string) {
	if text, ok := raw.(string); ok && k == phones && !fields.Blank(text) {
		if raw, wrong = r.phone(text, country); wrong != "" {
			return fields.Value{}, wrong
		}
	}
	f, _ := r.schema.Field(k.one)
	return r.schema.Coerce(f, raw)
}

// takeFurther takes the addresses that are added out of the draft of a row.
func takeFurther(d fields.Draft) (rest fields.Draft, added map[*addressKind][]Address) {
	for _, k := range addressKinds {
		members, ok := d[k.further()].([]any)
		if !ok {
			continue
		}
		if added == nil {
			added, d = map[*addressKind][]Address{}, maps.Clone(d)
		}
		delete(d, k.further())
		for _, m := range members {
			added[k] = append(added[k], Address{Value: m.(map[string]any)["value"].(string)})
		}
	}
	return d, added
}

// addTo gives a contact those addresses of a row that it does not have.
func (p *Patch) addTo(c *Contact) {
	for _, k := range addressKinds {
		for _, a := range p.added[k] {
			if list := k.of(c); k.find(list, a.Value) < 0 {
				k.put(c, append(list, a), 0)
			}
		}
	}
}

// mayLeaveOut reports whether an address that is another contact's is left out, instead of the
// row.
func (rules *FileRules) mayLeaveOut() bool { return rules.Lenient || rules.SharedPhones }

// resolveFurther refuses an address that the row adds and that is another contact's, or leaves it
// out when the rules say so. It finds nobody: two people may share it, and the row has another key.
// Named is the contact that the row names by its id, nil for none.
func (w *writing) resolveFurther(named *Contact) error {
	if len(w.item.patch.added) == 0 {
		return nil
	}
	patch, added := *w.item.patch, map[*addressKind][]Address{}
	patch.added = nil
	match, err := named, error(nil)
	if match == nil {
		if match, err = (&writing{tx: w.tx, item: item{patch: &patch}}).ofKeys(); err != nil {
			return err
		}
	}
	for _, k := range addressKinds {
		for _, a := range w.item.patch.added[k] {
			holder, held, err := w.tx.Holder(k.claimOn(a.Value))
			switch {
			case err != nil:
				return err
			case !held || match.is(holder.Ordinal):
				added[k] = append(added[k], a)
			case !w.item.rules.mayLeaveOut():
				return taken(w.tx, k.one, []ledger.Ref{holder})
			default:
				w.leaveOut(k.all, "belongs to another contact")
			}
		}
	}
	patch.added = added
	w.item.patch = &patch
	return nil
}

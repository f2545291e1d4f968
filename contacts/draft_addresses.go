package contacts

import (
	"fmt"
	"slices"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// sentAddresses are all e-mails or all phone numbers of a draft.
type sentAddresses struct {
	list    []Address
	primary int  // the place of the primary one
	said    bool // the draft says which it is
}

// readLists reads the members of a draft that are lists of addresses or identities.
func (r *draftReader) readLists() {
	for _, k := range addressKinds {
		if raw, sent := r.member(k.all); sent {
			r.readAddresses(k, raw)
		}
	}
	if raw, sent := r.member("identities"); sent {
		r.readIdentities(raw)
	}
}

// objects returns the members of a list of objects, and adds a fault when it is none.
func (r *draftReader) objects(path, noun string, raw any) ([]any, bool) {
	members, ok := fields.Members(raw)
	switch {
	case !ok:
		r.fault(path, "must be an array")
		return nil, false
	case len(members) > MaxAddresses:
		r.fault(path, fmt.Sprintf("must have at most %d %s", MaxAddresses, noun))
		return nil, false
	}
	return members, true
}

func (r *draftReader) readAddresses(k *addressKind, raw any) {
	members, ok := r.objects(k.all, k.noun+"s", raw)
	if !ok {
		return
	}
	sent, before := &sentAddresses{list: make([]Address, 0, len(members))}, len(r.faults)
	for i, member := range members {
		a, primary := r.readAddress(k, fmt.Sprintf("%s[%d]", k.all, i), member)
		if a.Value != "" {
			if at := k.find(sent.list, a.Value); at >= 0 {
				r.fault(fmt.Sprintf("%s[%d].value", k.all, i), fmt.Sprintf("must not be the same as %s[%d].value", k.all, at))
			}
		}
		switch {
		case primary && sent.said:
			r.fault(fmt.Sprintf("%s[%d].primary", k.all, i), fmt.Sprintf("must be true of one %s only, and %s[%d] has it", k.noun, k.all, sent.primary))
		case primary:
			sent.said, sent.primary = true, i
		}
		sent.list = append(sent.list, a)
	}
	if len(r.faults) == before {
		r.patch.lists[k] = sent
	}
}

// readAddress reads one member of a list of addresses.
func (r *draftReader) readAddress(k *addressKind, path string, raw any) (a Address, primary bool) {
	object, ok := raw.(map[string]any)
	if !ok {
		r.fault(path, "must be an object with value, primary and shared")
		return a, false
	}
	for name := range object {
		if !slices.Contains([]string{"value", "primary", "shared"}, name) {
			r.fault(path, "must have no other members than value, primary and shared")
			break
		}
	}
	f, _ := r.patch.schema.Field(k.one)
	v, wrong := r.patch.schema.Coerce(f, object["value"])
	if wrong == "" && v.IsMissing() {
		wrong = "must be given"
	}
	if wrong != "" {
		r.fault(path+".value", wrong)
	}
	return Address{Value: v.Text, Shared: r.flag(path+".shared", object["shared"])}, r.flag(path+".primary", object["primary"])
}

// flag reads true or false; absent is false.
func (r *draftReader) flag(path string, raw any) bool {
	set, ok := raw.(bool)
	if !ok && raw != nil {
		r.fault(path, "must be true or false")
	}
	return set
}

func (r *draftReader) readIdentities(raw any) {
	members, ok := r.objects("identities", "identities", raw)
	if !ok {
		return
	}
	texts, before := make([]string, 0, len(members)), len(r.faults)
	for i, member := range members {
		path := fmt.Sprintf("identities[%d]", i)
		text := r.readIdentity(path, member)
		if at := slices.Index(texts, text); at >= 0 && text != "" {
			r.fault(path, fmt.Sprintf("must not be the same as identities[%d]", at))
		}
		texts = append(texts, text)
	}
	if len(r.faults) == before {
		r.patch.standard = append(r.patch.standard, assignment{Kind.Named("identities"), fields.ListValue(texts)})
	}
}

// sourceID is the field of a source id: text that compares exactly.
var sourceID = fields.Field{Name: "source_id", Type: fields.FieldID, Standard: &fields.Standard{Limit: fields.MaxSourceIDLength}}

// readIdentity reads one member of identities and returns it as the field has it, "" when it is
// faulty.
func (r *draftReader) readIdentity(path string, raw any) string {
	object, ok := raw.(map[string]any)
	if !ok {
		r.fault(path, "must be an object with channel and source_id")
		return ""
	}
	for name := range object {
		if name != "channel" && name != "source_id" {
			r.fault(path, "must have no other members than channel and source_id")
			break
		}
	}
	channel, _ := object["channel"].(string)
	if !slices.Contains(fields.Channels, channel) {
		r.fault(path+".channel", "must be "+fields.ExpectedChannel)
		return ""
	}
	v, wrong := r.patch.schema.Coerce(sourceID, object["source_id"])
	if wrong == "" && v.IsMissing() {
		wrong = "must be given"
	}
	if wrong != "" {
		r.fault(path+".source_id", wrong)
		return ""
	}
	return Identity{Channel: fields.ChannelNamed(channel), SourceID: v.Text}.String()
}

// checkPrimary refuses a draft with a primary address and a list in which another one is primary.
func (r *draftReader) checkPrimary() {
	for _, k := range addressKinds {
		sent := r.patch.lists[k]
		v, both := r.patch.sent(k.one)
		if !both || sent == nil {
			continue
		}
		at := k.find(sent.list, v.Text)
		switch {
		case len(sent.list) == 0 && v.IsMissing():
		case at < 0 || sent.said && at != sent.primary:
			r.fault(k.one, "must be the primary one of "+k.all+" where both are sent")
		default:
			sent.primary, sent.said = at, true
		}
	}
}

// assignAddresses gives a contact the addresses of the draft. A primary one that was sent with
// all is among them.
func (p *Patch) assignAddresses(c *Contact) {
	for _, k := range addressKinds {
		if sent := p.lists[k]; sent != nil {
			k.replace(c, sent, p)
		} else if v, one := p.sent(k.one); one {
			k.setPrimary(c, v.Text)
		}
	}
	p.addTo(c)
}

// addressOf returns the kind of addresses of which a field has the primary one, nil for another
// field.
func addressOf(f *ledger.FieldOf[Contact]) *addressKind {
	for _, k := range addressKinds {
		if f.Name == k.one {
			return k
		}
	}
	return nil
}

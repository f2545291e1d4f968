package contacts

import (
	"fmt"
	"strings"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// MaxContactSize bounds the text of one contact, in bytes of UTF-8.
const MaxContactSize = 256 << 10

// Apply returns base with the patch applied, a new contact when base is nil,
// or the faults that only show on the whole contact. It leaves base alone and
// sets neither id, ordinal, company nor times, except created_at when sent.
//
// A name that was never sent is composed of first_name and last_name; the
// type is at least lead as soon as the contact is Identified.
func (p *Patch) Apply(base *Contact) (*Contact, []fault.Fault) {
	c := &Contact{}
	if base != nil {
		c = base.Clone()
	}
	var faults []fault.Fault
	for _, a := range p.standard {
		if addressOf(a.field) != nil {
			continue
		}
		if wrong := Kind.Assign(c, base, a.field, a.value); wrong != "" {
			faults = append(faults, fault.Fault{Path: a.field.Name, Detail: wrong})
		}
	}
	p.assignAddresses(c)
	for _, k := range addressKinds {
		if len(p.added[k]) > 0 && len(k.of(c)) > MaxAddresses {
			faults = append(faults, fault.Fault{Path: k.all, Detail: fmt.Sprintf("must have at most %d %ss", MaxAddresses, k.noun)})
		}
	}
	if p.clear {
		c.Attributes = p.schema.Emptied(c.Attributes)
	}
	var had fields.Attributes
	if base != nil {
		had = base.Attributes
	}
	var lacking []fault.Fault
	c.Attributes, lacking = p.schema.Complete(had, ledger.MergeAttributes(c.Attributes, p.attributes), base == nil, p.attributes)
	if !p.bare {
		faults = append(faults, lacking...)
	}
	p.resolveName(c, base)
	resolveType(c)
	nobody := base != nil && base.Name == "" && !base.named() // as older folders have some, see renewTexts
	if c.Name == "" && !c.named() && !nobody {
		faults = append(faults, fault.Fault{Path: "name", Detail: "must be given, because the contact has no email, phone, identifier or identity"})
	}
	if c.Size() > MaxContactSize {
		faults = append(faults, fault.Fault{Path: "", Detail: fmt.Sprintf("must have at most %d KiB of text", MaxContactSize>>10)})
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return c, nil
}

// resolveName composes the name of a contact that has none of its own: a new
// one without, one whose name was removed, or one whose name was composed.
func (p *Patch) resolveName(c, base *Contact) {
	if v, sent := p.sent("name"); sent {
		if v.IsMissing() {
			c.Name = composeName(c)
		}
		return
	}
	if base == nil || base.Name == composeName(base) {
		c.Name = composeName(c)
	}
}

func composeName(c *Contact) string {
	return strings.TrimSpace(c.FirstName + " " + c.LastName)
}

func (p *Patch) sent(name string) (fields.Value, bool) {
	for _, a := range p.standard {
		if a.field.Name == name {
			return a.value, true
		}
	}
	return fields.Value{}, false
}

func resolveType(c *Contact) {
	if c.Type == "" {
		c.Type = TypeVisitor
	}
	if c.Type == TypeVisitor && c.Identified() {
		c.Type = TypeLead
	}
}

// Size is the number of bytes of text that the contact holds, that of the contacts
// which it has absorbed included.
func (c *Contact) Size() int {
	n := Kind.Size(c)
	for i := range c.Absorbed {
		a := &c.Absorbed[i]
		n += len(a.Name) + len(a.Email) + len(a.Phone) + len(a.Identifier)
	}
	return n
}

package workspace

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// preparedDefinition is a definition that was read, checked, folded and
// encoded before its turn to be written: with 1,000 long options that takes
// longer than a commit, and all writers would wait for it. Only its number and
// version are missing, which the closure gives it.
type preparedDefinition struct {
	after *fields.AttributeDefinition
	body  []byte // JSON without number and version; nil with an err
	err   error  // of fault.KindInvalid
}

func prepareDefinition(d fields.Draft, schema *fields.Schema, now time.Time) *preparedDefinition {
	a, faults := fields.ReadDefinition(d, schema)
	a.CreatedAt = now
	return prepared(a, faults, now)
}

func preparePatch(before *fields.AttributeDefinition, d fields.Draft, schema *fields.Schema, now time.Time) *preparedDefinition {
	a, faults := fields.PatchDefinition(before, d, schema)
	return prepared(a, faults, now)
}

func prepared(a *fields.AttributeDefinition, faults []fault.Fault, now time.Time) *preparedDefinition {
	a.UpdatedAt = now
	p := &preparedDefinition{after: a}
	if len(faults) > 0 {
		p.err = invalidAttribute(faults)
		return p
	}
	// The two members hide those of the definition.
	p.body, p.err = json.Marshal(struct {
		*fields.AttributeDefinition
		Number  *uint32 `json:"number,omitempty"`
		Version *uint64 `json:"version,omitempty"`
	}{AttributeDefinition: a})
	return p
}

// put writes the definition under a number and the version that its change
// gets, and returns it. A closure that runs again puts another.
func (p *preparedDefinition) put(tx ledger.Tx, number uint32) (*fields.AttributeDefinition, error) {
	a := *p.after
	a.Number, a.Version = number, tx.Seq()
	document := make([]byte, 0, len(p.body)+64)
	document = strconv.AppendUint(append(document, `{"number":`...), uint64(a.Number), 10)
	document = strconv.AppendUint(append(document, `,"version":`...), a.Version, 10)
	document = append(append(document, ','), p.body[1:]...)
	return &a, tx.PutDefinition(&a, document)
}

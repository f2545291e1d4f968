package filter

import (
	"encoding/json"

	"github.com/ndoto/kundi/contacts"
)

// Former returns a filter that was saved when channels had other names under
// those of now. What it cannot read it leaves to Decode.
func Former(raw json.RawMessage) json.RawMessage {
	tree, err := parse(raw)
	if len(raw) == 0 || err != nil {
		return raw
	}
	renameChannels(tree)
	renamed, err := json.Marshal(tree)
	if err != nil {
		return raw
	}
	return renamed
}

func renameChannels(node any) {
	object, _ := node.(map[string]any)
	rules, _ := object["rules"].([]any)
	for _, member := range rules {
		renameChannels(member)
	}
	values, _ := object["value"].([]any)
	if object["field"] != "channels" {
		return
	}
	for i, value := range values {
		if name, ok := value.(string); ok {
			values[i] = contacts.PresentChannel(name)
		}
	}
}

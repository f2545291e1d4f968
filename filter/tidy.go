package filter

import "encoding/json"

// Tidy fits a filter that was stored before Saved ones were into the shape of
// those: without the ids that query builders add, and with a combinator and
// rules at its root. Text that is no filter comes back as it is.
func Tidy(stored json.RawMessage) json.RawMessage {
	tree, err := parse(stored)
	if err != nil {
		return stored
	}
	root, ok := tree.(map[string]any)
	if !ok {
		return nil
	}
	dropIDs(root)
	if _, ok := root["combinator"]; !ok {
		root["combinator"] = "and"
	}
	if _, ok := root["rules"]; !ok {
		root["rules"] = []any{}
	}
	return (&Filter{sent: root}).Saved()
}

// dropIDs takes the ids out of a rule or group and of what is in it.
func dropIDs(object map[string]any) {
	delete(object, "id")
	rules, _ := object["rules"].([]any)
	for _, member := range rules {
		if object, ok := member.(map[string]any); ok {
			dropIDs(object)
		}
	}
}

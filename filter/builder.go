package filter

import "strings"

// builderMember is a member that query builders such as react-querybuilder
// write, and that says nothing about who passes. It is taken and not kept.
type builderMember struct {
	name string
	// only is the value that it must have, nil for any value: with another one it
	// would say something.
	only     any
	expected string // the fault that another value is
}

const switchedOn = "must be false or absent: everything in a filter counts; leave out what shall not"

// What groups and rules may have, and what rules alone may have.
var (
	ofBoth = []builderMember{
		{name: "id"}, {name: "path"},
		{"disabled", false, switchedOn},
		{"muted", false, switchedOn},
	}
	ofRules = append(ofBoth[:len(ofBoth):len(ofBoth)],
		builderMember{"valueSource", "value", `must be "value" or absent: a field is compared with a value, never with another field`})
)

// leaveOut takes the members of query builders out of a rule or group.
func (c *checker) leaveOut(object map[string]any, path string, list []builderMember) {
	for _, m := range list {
		value, present := object[m.name]
		if !present {
			continue
		}
		if m.only != nil && value != m.only {
			c.faults.add(path+"."+m.name, m.expected)
		}
		delete(object, m.name)
	}
}

// listed names members for people.
func listed(list []builderMember) string {
	names := make([]string, len(list))
	for i, m := range list {
		names[i] = m.name
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

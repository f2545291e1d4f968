package filter

import (
	"fmt"
	"slices"
	"strings"
)

// circular begins the faults of segments that lead back to themselves.
const circular = "circular: "

// circleNamed is how many segments of a circle are named before the rest is counted.
const circleNamed = 8

// named is a segment with its name, which is "" for the one whose filter a Decoder is given.
type named struct{ id, name string }

// opened are the segments that are being decoded. Each is named by the one before it.
type opened []named

// circle names the segments through which one that is being decoded leads back to itself:
// "circular: Churned -> At risk -> Churned".
func (l *loader) circle(id string) string {
	first := slices.IndexFunc(l.opened, func(n named) bool { return n.id == id })
	round := l.opened[first:]
	var names []string
	for _, n := range round[:min(len(round), circleNamed)] {
		names = append(names, l.nameOf(n))
	}
	if more := len(round) - circleNamed; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return circular + strings.Join(append(names, names[0]), " -> ")
}

// nameOf returns the name of a segment. That of Decoder.Self is the one that is stored: it may
// be new and have none, but then no other leads to it.
func (l *loader) nameOf(n named) string {
	if n.name == "" && n.id == l.decoder.Self {
		self, _ := l.saved(n.id)
		n.name = self.Name
	}
	if n.name == "" {
		return "this segment"
	}
	return n.name
}

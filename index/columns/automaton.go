package columns

// automaton finds out in one walk over a text whether any of many parts lies in
// it (Aho and Corasick, Efficient string matching, CACM 1975).
type automaton struct {
	// classes are by byte: 0 for those in no part. One byte may share it when parts
	// have all 256.
	classes [256]uint8
	width   int     // number of classes
	next    []int32 // by state and class: the next state, complete once a part is complete
}

// complete stands for every state in which a part is complete.
const complete = -1

// newAutomaton returns the automaton of some parts, none of them empty. It takes
// 4 bytes for every byte of theirs and class of bytes.
func newAutomaton(parts []string) *automaton {
	a := &automaton{width: 1}
	for _, part := range parts {
		for _, b := range []byte(part) {
			if a.classes[b] == 0 && a.width < len(a.classes) {
				a.classes[b] = uint8(a.width)
				a.width++
			}
		}
	}
	a.grow()
	for _, part := range parts {
		a.add(part)
	}
	a.link()
	return a
}

// grow makes one more state, which leads nowhere, and returns it.
func (a *automaton) grow() int32 {
	state := len(a.next) / a.width
	a.next = append(a.next, make([]int32, a.width)...)
	return int32(state)
}

// add adds a part to the tree of parts; 0, the root, stands for no way.
func (a *automaton) add(part string) {
	state := int32(0)
	for i, b := range []byte(part) {
		at := int(state)*a.width + int(a.classes[b])
		switch {
		case i == len(part)-1:
			a.next[at] = complete
		case a.next[at] == 0:
			a.next[at] = a.grow()
		}
		if state = a.next[at]; state == complete {
			return // a shorter part is enough
		}
	}
}

// link leads every way that the tree does not have to where the longest end of
// what was read, which is a beginning of some part, leads.
func (a *automaton) link() {
	fall := make([]int32, len(a.next)/a.width) // by state: that of the longest such end
	var queue []int32
	for class := range a.width {
		if state := a.next[class]; state > 0 {
			queue = append(queue, state)
		}
	}
	for len(queue) > 0 {
		state := queue[0]
		queue = queue[1:]
		for class := range a.width {
			at, fallen := int(state)*a.width+class, a.next[int(fall[state])*a.width+class]
			switch next := a.next[at]; {
			case next > 0 && fallen == complete:
				a.next[at] = complete // the end is a part
			case next > 0:
				fall[next] = fallen
				queue = append(queue, next)
			case next == 0:
				a.next[at] = fallen
			}
		}
	}
}

// in reports whether any of the parts lies in a text.
func (a *automaton) in(text string) bool {
	state := int32(0)
	for i := range len(text) {
		if state = a.next[int(state)*a.width+int(a.classes[text[i]])]; state == complete {
			return true
		}
	}
	return false
}

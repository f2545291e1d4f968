package filter

// EachRule calls visit with the rules below a node, and with those of the segments that it names, of each
// segment once. It does not call visit with the rules that a rule has for related records.
func EachRule(root Node, visit func(*Rule)) {
	var met map[Node]bool // filters of segments, of which one may be named very often
	var own func(r *Rule)
	own = func(r *Rule) {
		visit(r)
		for _, segment := range r.Segments {
			if met[segment] {
				continue
			}
			if met == nil {
				met = map[Node]bool{}
			}
			met[segment] = true
			EachOwnRule(segment, own)
		}
	}
	EachOwnRule(root, own)
}

// EachOwnRule is EachRule without the segments.
func EachOwnRule(root Node, visit func(*Rule)) {
	switch n := root.(type) {
	case *Group:
		if n == nil {
			return
		}
		for _, member := range n.Rules {
			EachOwnRule(member, visit)
		}
	case *Rule:
		visit(n)
	}
}

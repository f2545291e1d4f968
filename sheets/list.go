package sheets

import "strings"

// between separates the members of a list in a cell. A reader accepts a bar, too.
const between = ";"

// JoinList writes the members of a list as one text. It separates them by
// semicolons, and puts a backslash before each semicolon, bar or backslash in a
// member: a;b and c become a\;b;c.
func JoinList(members []string) string {
	var out strings.Builder
	for i, member := range members {
		if i > 0 {
			out.WriteString(between)
		}
		for _, r := range member {
			if r == ';' || r == '|' || r == '\\' {
				out.WriteByte('\\')
			}
			out.WriteRune(r)
		}
	}
	return out.String()
}

// SplitList splits a list that JoinList or somebody else has written. A semicolon
// or a bar separates two members, unless there is a backslash before it. A
// backslash before any other character stays.
func SplitList(text string) []string {
	if !strings.ContainsAny(text, `;|\`) {
		return []string{text}
	}
	var members []string
	var member strings.Builder
	escaped := false
	for _, r := range text {
		special := r == ';' || r == '|' || r == '\\'
		switch {
		case escaped && !special:
			member.WriteByte('\\')
			member.WriteRune(r)
		case escaped:
			member.WriteRune(r)
		case r == '\\':
			escaped = true
			continue
		case special:
			members = append(members, member.String())
			member.Reset()
		default:
			member.WriteRune(r)
		}
		escaped = false
	}
	if escaped {
		member.WriteByte('\\')
	}
	return append(members, member.String())
}

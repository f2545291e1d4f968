package sheets

import "strings"

// between stands between the members of a list in one cell; a bar does as well
// when a list is read.
const between = ";"

// JoinList writes the members of a list into one text: between semicolons, with
// a backslash before a semicolon, bar or backslash of a member.
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

// SplitList takes a list apart that JoinList or somebody else has written. A
// backslash before anything but a semicolon, bar or backslash stays.
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

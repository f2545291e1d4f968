package fields

// Draft is what a caller wants a contact to be: a decoded JSON object, read as
// a merge patch (RFC 7396: null removes, absent keeps, arrays replace), or a
// row of a file. Members are named as in filters; custom attributes stand
// under "attributes", by key; "company" is a name, or an object with a name or
// an id.
type Draft map[string]any

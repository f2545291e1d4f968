package imports

import (
	"context"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

func plan(t *testing.T, text string, o Options) (*Plan, error) {
	t.Helper()
	return New(t.Context(), strings.NewReader(text), sampleAttributes(), o)
}

// canary stands for somebody's data: it must not be in any error.
const canary = "Zebulon Quirk"

func TestBadFilesChangeNothing(t *testing.T) {
	long := strings.Repeat("x", MaxRowSize)
	for name, c := range map[string]struct {
		file    string
		options Options
		slug    string
		says    []string // in the message or a fault
	}{
		"empty":                     {"", Options{}, "invalid-file", []string{"empty"}},
		"blank":                     {" \r\n\n", Options{}, "invalid-file", []string{"empty"}},
		"byte order mark only":      {"\uFEFF", Options{}, "invalid-file", []string{"empty"}},
		"header only":               {"name,email\n", Options{}, "invalid-file", []string{"no rows"}},
		"header and blank rows":     {"name,email\n,\n , \n", Options{}, "invalid-file", []string{"no rows"}},
		"cut-off quote":             {"name,email\nA,a@b.example\n\"" + canary + ",c@d.example\n", Options{}, "invalid-file", []string{"line 3", "quote"}},
		"cut-off quote, long file":  {"name,email\nA,\n\"" + canary + "," + long + "\n" + long, Options{}, "invalid-file", []string{"line 3", "1024 KiB"}},
		"text after a quote":        {"name,email\n\"" + canary + "\" x,\n", Options{}, "invalid-file", []string{"line 2", "quote"}},
		"quote in a bare cell":      {"name,email\n" + canary + " 5\" tall,\n", Options{}, "invalid-file", []string{"line 2", "double the quote"}},
		"too few columns":           {"name,email\n" + canary + "\nB,b@b.example\nC\n", Options{}, "invalid-file", []string{"line 2", "line 4", "number of columns"}},
		"too many columns":          {"name,email\n" + canary + ",a@b.example,c\n", Options{}, "invalid-file", []string{"line 2"}},
		"line after a quoted break": {"name,email\n\"a\nb\",\n" + canary + "\n", Options{}, "invalid-file", []string{"line 4"}},
		"not UTF-8":                 {"name,email\n" + canary + " M\xfcller und S\xf6hne,x\n", Options{}, "invalid-file", []string{"line 2 column 1", "UTF-8"}},
		"not UTF-8 in the header":   {"name,stra\xdfe\n" + canary + ",x\n", Options{}, "invalid-file", []string{"header", "UTF-8"}},
		"not UTF-8, far below":      {"name,email\n" + strings.Repeat("some name,\n", 8000) + canary + "\xfc,x\n", Options{}, "invalid-file", []string{"line 8002 column 1", "convert the file"}},
		"NUL":                       {"name,email\n" + canary + "\x00,x\n", Options{}, "invalid-file", []string{"NUL"}},
		"NUL, far below":            {"name,email\n" + strings.Repeat("some name,\n", 8000) + canary + "\x00,x\n", Options{}, "invalid-file", []string{"line 8002 column 1", "NUL"}},
		"UTF-16 without a mark":     {"n\x00a\x00m\x00e\x00\n\x00x\x00\n\x00", Options{}, "invalid-file", []string{"UTF-16"}},
		"half a UTF-16 character":   {"\xff\xfen\x00a\x00m\x00e\x00\n\x00a\x00\x00\xd8b\x00\n\x00", Options{}, "invalid-file", []string{"line 2", "UTF-16"}},
		"workbook":                  {"PK\x03\x04" + canary, Options{}, "invalid-file", []string{"workbook"}},
		"carriage returns alone":    {"name,email\r" + canary + ",x\r", Options{}, "invalid-file", []string{"carriage returns"}},
		"too many columns at all":   {strings.Repeat("name,", MaxColumns) + "\n", Options{}, "invalid-file", []string{"1000 columns"}},
		"no header":                 {canary + ",zq@b.example,+254712345678\nB,b@b.example,\n", Options{}, "invalid-columns", []string{"must be a header", "column 1", "column 2", "--map 3=FIELD"}},
		"unknown column":            {"name," + canary + "\nA,1\n", Options{}, "invalid-columns", []string{"column 2", "--skip 2"}},
		"column without a name":     {"name,,email\nA,1,\n", Options{}, "invalid-columns", []string{"column 2"}},
		"field twice":               {"city,name,town\nX,A,\n", Options{}, "invalid-columns", []string{"column 3", "column 1 (city)"}},
		"field of nobody":           {"name,segment\nA,x\n", Options{}, "invalid-columns", []string{"column 2"}},
		"map to no field":           {"name,x\nA,\n", Options{Map: map[string]string{"x": "shoe_number"}}, "invalid-columns", []string{`--map "x=shoe_number"`, "do not have", "the fields are", "attributes.mrr"}},
		"map to nearly a field":     {"name,x\nA,\n", Options{Map: map[string]string{"x": "Identifer"}}, "invalid-columns", []string{`--map "x=Identifer"`, "did you mean identifier?"}},
		"map to nearly a key":       {"name,x\nA,\n", Options{Map: map[string]string{"x": "jobtitle"}}, "invalid-columns", []string{"did you mean job_title?"}},
		"map of no column":          {"name,x\nA,\n", Options{Map: map[string]string{"y": "email"}, Skip: []string{"x"}}, "invalid-columns", []string{`--map "y=email"`, "its position, 1 to 2"}},
		"skip of no column":         {"name,x\nA,\n", Options{Skip: []string{"x", "3"}}, "invalid-columns", []string{"its position, 1 to 2"}},
		"everything skipped":        {"name,x\nA,\n", Options{Skip: []string{"x", "name"}}, "invalid-columns", []string{"no column to import"}},
		"no such encoding":          {"name\nA\n", Options{Encoding: "klingon"}, "invalid-file", []string{"windows-1252"}},
		"another encoding":          {"name\n" + canary + "\x81\n", Options{Encoding: "windows-1252"}, "invalid-file", []string{"line 2 column 1", "another"}},
		"no such delimiter named":   {"sep=|\nname|email\nA|\n", Options{}, "invalid-file", []string{"delimiter"}},
		"only a delimiter":          {"sep=;\n", Options{}, "invalid-file", []string{"empty"}},
		"no such delimiter":         {"name|email\nA|\n", Options{Delimiter: '|'}, "invalid-file", []string{"delimiter"}},
		"companies":                 {"id,name,domains,country\n," + canary + ",zq.example,KE\n", Options{SkipUnknown: true}, "invalid-columns", []string{"has companies", "column 3", "POST /v1/companies", "--skip domains"}},
		"companies, some columns":   {"name,contacts_count\n" + canary + ",3\n", Options{SkipUnknown: true}, "invalid-columns", []string{"has companies", "column 2"}},
		"line after the end":        {"name,email\nA,\nB,\n", Options{FromLine: 4}, "invalid-line", []string{"ends before"}},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := plan(t, c.file, c.options)
			require.Nil(t, p)
			var known *fault.Error
			require.ErrorAs(t, err, &known)
			require.Equal(t, fault.KindInvalid, known.Kind)
			require.Equal(t, c.slug, known.Type)
			text := known.Message
			for _, f := range known.Faults {
				text += "\n" + f.Path + " " + f.Detail
			}
			for _, phrase := range c.says {
				require.Contains(t, text, phrase)
			}
			for word := range strings.FieldsSeq(canary) {
				require.NotContains(t, text, word, "an error repeats what is in the file")
			}
			require.NotContains(t, text, "@")
		})
	}
}

func TestFaultsOfAFileAreCounted(t *testing.T) {
	_, err := plan(t, "name,email\n"+strings.Repeat("A\n", 50), Options{})
	var known *fault.Error
	require.ErrorAs(t, err, &known)
	require.Len(t, known.Faults, maxFaults+1)
	require.Equal(t, "and 30 more faults", known.Faults[maxFaults].Detail)
}

func TestTheEncodingIsNamedWhenItShows(t *testing.T) {
	_, err := plan(t, "name,city\n"+strings.Repeat("Fran\xe7ois Lef\xe8vre,Orl\xe9ans \x93\x94\n", 20), Options{})
	var known *fault.Error
	require.ErrorAs(t, err, &known)
	require.Contains(t, strings.ToLower(known.Faults[0].Detail), "the file may be in")
	require.Contains(t, known.Faults[0].Detail, "--encoding windows-1252")
}

// TestColumnsOfTheCompanyAreLeftOut reads what Kundi writes of a company beside contacts.
func TestColumnsOfTheCompanyAreLeftOut(t *testing.T) {
	p, err := plan(t, "identifier,company.name,company.country,company.attributes.plan\nx,Acme,KE,gold\n", Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"identifier", "company", "", ""}, fieldsOf(p.Columns))
}

func TestWhoSaysSoImportsRowsWithDomains(t *testing.T) {
	for name, o := range map[string]Options{
		"skipped": {Skip: []string{"domains"}},
		"mapped":  {Map: map[string]string{"domains": "job_title"}},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := plan(t, "name,domains\nAda,x.example\n", o)
			require.NoError(t, err)
			require.Equal(t, 1, p.Rows)
		})
	}
}

func TestColumnsFindTheirFields(t *testing.T) {
	for name, c := range map[string]struct {
		header  string
		options Options
		want    []string
	}{
		"standard names": {
			"name,first_name,last_name,email,phone,identifier,country,city,company,labels,channels,type,created_at,last_seen_at", Options{},
			[]string{"name", "first_name", "last_name", "email", "phone", "identifier", "country", "city", "company", "labels", "channels", "type", "created_at", "last_seen_at"},
		},
		"as people write them": {
			"ID,First name,LAST NAME,E-mail,Phone number,Company name,Country code,Tags,Created at,Last seen", Options{},
			[]string{"id", "first_name", "last_name", "email", "phone", "company", "country", "labels", "created_at", "last_seen_at"},
		},
		"attributes by path, key and label": {
			"email,attributes.mrr,job title,Newsletter,topics", Options{},
			[]string{"email", "attributes.mrr", "attributes.job_title", "attributes.newsletter", "attributes.topics"},
		},
		"label":                          {"email,Monthly Revenue", Options{}, []string{"email", "attributes.mrr"}},
		"an attribute wins over aliases": {"email,account", Options{}, []string{"email", "attributes.account"}},
		"export of ours":                 {"identifier,company.name", Options{}, []string{"identifier", "company"}},
		"company_id":                     {"email,company_id", Options{}, []string{"email", "company_id"}},
		"mapped by name":                 {"email,Kundennummer", Options{Map: map[string]string{"kundennummer": "identifier"}}, []string{"email", "identifier"}},
		"mapped by position":             {"email,,x", Options{Map: map[string]string{"2": "job_title", "3": "attributes.mrr"}}, []string{"email", "attributes.job_title", "attributes.mrr"}},
		"mapped away from its name":      {"name,email", Options{Map: map[string]string{"name": "job_title"}}, []string{"attributes.job_title", "email"}},
		"skipped":                        {"name,Updated at,x", Options{Skip: []string{"updated at", "3"}}, []string{"name", "", ""}},
		"skipped twice there":            {"email,note,note", Options{Skip: []string{"note"}}, []string{"email", "", ""}},
		"a number as a name":             {"2,email", Options{Map: map[string]string{"2": "identifier"}}, []string{"identifier", "email"}},
		"name of another script":         {"email,顧客番号", Options{Map: map[string]string{"顧客番号": "identifier"}}, []string{"email", "identifier"}},
	} {
		t.Run(name, func(t *testing.T) {
			row := strings.Repeat(",", strings.Count(c.header, ","))
			p, err := plan(t, c.header+"\nx"+row+"\n", c.options)
			require.NoError(t, err)
			require.Equal(t, c.want, fieldsOf(p.Columns))
		})
	}
}

func TestAnAttributeWithoutLettersNamesNoColumn(t *testing.T) {
	attributes := []*fields.AttributeDefinition{{Number: 1, Key: "stars", Label: "★", Type: fields.AttributeNumber}}
	_, err := New(t.Context(), strings.NewReader("email,\na@b.example,1\n"), attributes, Options{})
	require.ErrorContains(t, err, "column 2")
}

func TestEveryAliasNamesAField(t *testing.T) {
	for alias, field := range aliases {
		require.Equal(t, alias, plain(alias))
		if field != "" {
			require.Contains(t, writableFields(), field)
		}
	}
}

// TestWritableFieldsAreTheDomains fails when the domain has a field more.
func TestWritableFieldsAreTheDomains(t *testing.T) {
	schema := ledger.NewSchema(fields.DefaultSettings(), nil, contacts.Kind, companies.Kind)
	for _, f := range append(contacts.StandardFields, fields.Field{Name: "company"}) {
		_, faults := contacts.NewPatch(schema, fields.Draft{f.Name: ""})
		if len(faults) == 0 || f.Name == "id" || strings.HasPrefix(f.Name, contacts.ConsentPrefix) { // of rows only
			require.Contains(t, writableFields(), f.Name)
		} else {
			require.NotContains(t, writableFields(), f.Name)
		}
	}
}

func TestEncodingsAndDelimiters(t *testing.T) {
	const text = "first name;last name;city\nJürgen;Großkreutz;Köln\n\"Anna\";\"Berg; Sohn\";\"\"\n"
	for name, file := range map[string]string{
		"UTF-8":                       text,
		"UTF-8 with a mark":           "\uFEFF" + text,
		"UTF-16, little end first":    "\xff\xfe" + inUTF16(binary.LittleEndian, text),
		"UTF-16, big end first":       "\xfe\xff" + inUTF16(binary.BigEndian, text),
		"carriage returns":            strings.ReplaceAll(text, "\n", "\r\n"),
		"tabs":                        strings.NewReplacer("Berg; Sohn", "Berg; Sohn", ";", "\t").Replace(text),
		"commas":                      strings.NewReplacer("Berg; Sohn", "Berg; Sohn", ";", ",").Replace(text),
		"blank lines":                 "\n" + strings.ReplaceAll(text, "\n", "\n\n"),
		"no line feed at the end":     strings.TrimSuffix(text, "\n"),
		"header with quoted commas":   strings.Replace(text, "city", "\"city\"", 1),
		"a line for the delimiter":    "sep=;\n" + text,
		"the same, as Excel does it":  "\uFEFF\"sep=;\"\r\n" + text,
		"the same in UTF-16":          "\xff\xfe" + inUTF16(binary.LittleEndian, "sep=;\r\n"+text),
		"a comma named, too":          "SEP=,\n" + strings.NewReplacer("Berg; Sohn", "Berg; Sohn", ";", ",").Replace(text),
		"blanks around quotes":        strings.ReplaceAll(text, "\"Anna\";\"Berg; Sohn\";\"\"\n", "  \"Anna\"\t; \"Berg; Sohn\" ; \"\" \n"),
		"the same at the end":         strings.ReplaceAll(text, "\"Anna\";\"Berg; Sohn\";\"\"\n", "\"Anna\" ; \"Berg; Sohn\"  ;\"\"  "),
		"blanks and tabs":             strings.NewReplacer("\"Anna\";\"Berg; Sohn\";\"\"\n", " \"Anna\" \t \"Berg; Sohn\" \t\n", ";", "\t").Replace(text),
		"blanks around names, values": strings.NewReplacer("city", " city ", "Köln", " Köln\t ").Replace(text),
	} {
		t.Run(name, func(t *testing.T) {
			p, err := plan(t, file, Options{})
			require.NoError(t, err)
			require.Equal(t, 2, p.Rows)
			to := newRecorder()
			summary, err := p.Run(t.Context(), to)
			require.NoError(t, err)
			require.Equal(t, Summary{Created: 2, Keyless: 2}, summary)
			require.Equal(t, []fields.Draft{
				{"first_name": "Jürgen", "last_name": "Großkreutz", "city": "Köln"},
				{"first_name": "Anna", "last_name": "Berg; Sohn"},
			}, to.drafts())
		})
	}
}

func inUTF16(order binary.AppendByteOrder, text string) string {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, unit)
	}
	return string(out)
}

// TestFilesThatAreNotInUnicode: Outlook writes in the code page of its machine.
func TestFilesThatAreNotInUnicode(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"windows-1252": {"M\xfcller \x96 \x80", "Müller – €"}, "ISO-8859-1": {"M\xfcller \x80", "Müller €"}, "latin1": {"M\xfcller", "Müller"}, "CP1250": {"\x8aime\xe8ek", "Šimeček"},
		"windows_1251": {"\xcf\xf3\xf8\xea\xe8\xed", "Пушкин"}, "utf-8": {"Müller", "Müller"}, "ISO 8859-15": {"\xa4", "€"},
	} {
		p, err := plan(t, "name;city\n"+c.text+";X\n", Options{Encoding: name})
		require.NoError(t, err, name)
		to := newRecorder()
		_, err = p.Run(t.Context(), to)
		require.NoError(t, err)
		require.Equal(t, c.want, to.drafts()[0]["name"], name)
	}
	p, err := plan(t, "\uFEFFname\nMüller\n", Options{Encoding: "windows-1252"})
	require.NoError(t, err, "a byte order mark knows better")
	to := newRecorder()
	_, err = p.Run(t.Context(), to)
	require.NoError(t, err)
	require.Equal(t, "Müller", to.drafts()[0]["name"])
}

func TestDelimiterIsThatOfTheHeader(t *testing.T) {
	for header, want := range map[string]rune{
		"name": ',', "name,email": ',', "name;email": ';', "name\temail": '\t', "a;b,c;d": ';', `"a;b;c",d`: ',', "a;b\n1,2,3,4": ';', "\r\na;b": ';',
	} {
		require.Equal(t, string(want), string(guessDelimiter(header)), header)
	}
}

func TestCheckEndsWithTheContext(t *testing.T) {
	ctx, stop := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	o := Options{Progress: func(p Progress) {
		require.Equal(t, Checking, p.Phase)
		require.Less(t, p.Done, p.Total)
		stop(cause)
	}}
	_, err := New(ctx, strings.NewReader("name\n"+strings.Repeat("A\n", 3*reportEvery)), nil, o)
	require.ErrorIs(t, err, cause)
}

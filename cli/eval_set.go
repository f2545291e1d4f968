package cli

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/fixtures"
)

// evaluateSet writes the labelled set of this program.
type evaluateSet struct {
	Half string `help:"first: the half on which the search is tuned. second: the half to check it with." enum:"first,second" default:"first"`
	Out  string `help:"Folder for contacts.csv and queries.jsonl. It is made if it does not exist." required:"" type:"path" placeholder:"DIR"`
}

// Run writes the two files. It replaces none: a folder that has one of them keeps
// it, and gets neither.
func (e evaluateSet) Run(s streams) error {
	if err := os.MkdirAll(e.Out, 0o777); err != nil {
		return err
	}
	contactsFile, queriesFile := filepath.Join(e.Out, "contacts.csv"), filepath.Join(e.Out, "queries.jsonl")
	for _, name := range []string{contactsFile, queriesFile} { // before the seconds that the set takes
		if _, err := os.Stat(name); err == nil {
			return alreadyThere(name)
		}
	}
	people, queries := fixtures.Labelled(e.Half)
	err := writeFile(contactsFile, func(w io.Writer) error { return writePeople(w, people) })
	if err != nil {
		return err
	}
	if err := writeFile(queriesFile, func(w io.Writer) error { return writeQueries(w, queries) }); err != nil {
		return errors.Join(err, os.Remove(contactsFile))
	}
	_, err = fmt.Fprintf(s.out, "Wrote %d contacts and %d queries. To ask them:\n  kundi eval search --contacts %s --queries %s\n",
		len(people), len(queries), contactsFile, queriesFile)
	return err
}

// writeFile makes a file, which must not be there yet. After an error there is none.
func writeFile(name string, write func(io.Writer) error) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return alreadyThere(name)
	}
	if err != nil {
		return err
	}
	if err := errors.Join(write(file), file.Close()); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return nil
}

func alreadyThere(name string) error {
	return fmt.Errorf("%s is there already: choose another folder", name)
}

// peopleColumns are what the labelled set tells of a contact.
var peopleColumns = []string{
	"identifier", "type", "name", "first_name", "last_name", "email", "phone", "company", "city", "country", "last_seen_at",
}

func writePeople(w io.Writer, people []fixtures.Person) error {
	rows := csv.NewWriter(w)
	if err := rows.Write(peopleColumns); err != nil {
		return err
	}
	for _, p := range people {
		seen := ""
		if !p.LastSeenAt.IsZero() {
			seen = fields.FormatInstant(p.LastSeenAt.UnixMilli())
		}
		if err := rows.Write([]string{
			p.Identifier, string(p.Type), p.Name, p.FirstName, p.LastName, p.Email, p.Phone, p.Company, p.City, p.Country, seen,
		}); err != nil {
			return err
		}
	}
	rows.Flush()
	return rows.Error()
}

func writeQueries(w io.Writer, queries []fixtures.LabelledQuery) error {
	lines := json.NewEncoder(w)
	lines.SetEscapeHTML(false)
	for _, q := range queries {
		if err := lines.Encode(struct {
			Query    string   `json:"query"`
			Class    string   `json:"class"`
			Target   string   `json:"target"`
			Relevant []string `json:"relevant"`
		}{q.Text, q.Class, q.Target, q.Relevant}); err != nil {
			return err
		}
	}
	return nil
}

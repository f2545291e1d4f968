package differ

import (
	"context"
	_ "embed"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
	"github.com/ndoto/kundi/words"
)

//go:embed tables.sql
var tables string

//go:embed derived.sql
var derived string

// load makes the tables of a world in PostgreSQL, in the place of those that there were.
func load(ctx context.Context, conn *pgx.Conn, w *world) error {
	if err := execute(ctx, conn, "DROP SCHEMA public CASCADE; CREATE SCHEMA public; "+tables); err != nil {
		return err
	}
	custom, ofCompany, ofTalk := w.schema, w.schema.Of(fields.EntityCompany), w.schema.Of(fields.EntityConversation)
	copies := []struct {
		table string
		n     int
		row   func(i int) []any
	}{
		{"contacts", len(w.Contacts), func(i int) []any { return contactRow(custom.Set, w.Contacts[i]) }},
		{"companies", len(w.Companies), func(i int) []any { return companyRow(ofCompany, w.Companies[i]) }},
		{"conversations", len(w.Conversations), func(i int) []any { return conversationRow(ofTalk, w.Conversations[i]) }},
		{"notes", len(w.Notes), func(i int) []any { return noteRow(w.Notes[i]) }},
		{"past", len(w.Past), func(i int) []any { return []any{int64(i), int64(w.Past[i].contact), w.Past[i].field, w.Past[i].at} }},
		{"events", len(w.Events), func(i int) []any { return eventRow(w.Events[i]) }},
	}
	for _, c := range copies {
		if err := copyTo(ctx, conn, c.table, c.n, func(i int) ([]any, error) { return c.row(i), nil }); err != nil {
			return err
		}
	}
	var survivors, addresses, suppressions [][]any
	for _, c := range w.Contacts {
		addresses, suppressions = append(addresses, addressRows(c)...), append(suppressions, suppressionRows(c)...)
		survivors = append(survivors, []any{int64(c.Ordinal), int64(c.Ordinal)})
		for _, a := range c.Absorbed {
			survivors = append(survivors, []any{int64(a.Ordinal), int64(c.Ordinal)})
		}
	}
	for table, rows := range map[string][][]any{"survivors": survivors, "addresses": addresses, "suppressions": suppressions} {
		if err := copyTo(ctx, conn, table, len(rows), func(i int) ([]any, error) { return rows[i], nil }); err != nil {
			return err
		}
	}
	return execute(ctx, conn, derived)
}

// execute runs the statements of a script.
func execute(ctx context.Context, conn *pgx.Conn, script string) error {
	_, err := conn.PgConn().Exec(ctx, script).ReadAll()
	return err
}

// copyTo writes n rows. They have the columns of the table, in their order.
func copyTo(ctx context.Context, conn *pgx.Conn, table string, n int, row func(i int) ([]any, error)) error {
	described, err := conn.Query(ctx, "SELECT column_name::text FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position", table)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(described, pgx.RowTo[string])
	if err != nil {
		return err
	}
	_, err = conn.CopyFrom(ctx, pgx.Identifier{table}, names, pgx.CopyFromSlice(n, row))
	if err != nil {
		return fmt.Errorf("%s: %w", table, err)
	}
	return nil
}

func contactRow(set *fields.Set, c *contacts.Contact) []any {
	all := contacts.Kind.Facts(c)
	texts := func(name string, as func(string) string) any { return folds(valuesOf(set, all, name), as) }
	one := func(key string) any { return plain(set, c.Attributes, key) }
	var digits []string
	for _, v := range valuesOf(set, all, "phone") {
		digits = append(digits, writtenPhones(v)...)
	}
	return []any{
		int64(c.Ordinal), seed(c.ID), texts("id", exactly), string(c.Type), text(c.Name), text(c.FirstName), text(c.LastName),
		texts("email", fields.CanonicalEmail), texts("phone", exactly), folds(digits, exactly), texts("identifier", exactly), nilIfEmpty(c.Country), text(c.City), reference(c.Company),
		folds(c.Labels, words.Canonical), folds(c.Channels, exactly), texts("identities", exactly), c.Blocked,
		moment(c.CreatedAt), moment(c.UpdatedAt), moment(c.LastSeenAt),
		one("job_title"), one("seats"), one("mrr"), one("health"), one("website"), one("renewal_date"), one("tier"), one("interests"),
		one("newsletter"), one("marketing_consent"), consents(c),
	}
}

// consents are what a contact has said, by channel, nil for nothing.
func consents(c *contacts.Contact) any {
	if len(c.Consents) == 0 {
		return nil
	}
	said := map[string]string{}
	for _, one := range c.Consents {
		said[one.Channel.String()] = one.Status.String()
	}
	return said
}

// addressRows are where a contact is written to: e-mails, identities of a channel, and phones on those
// channels that need no more.
func addressRows(c *contacts.Contact) (rows [][]any) {
	add := func(channel, address string) { rows = append(rows, []any{int64(c.Ordinal), channel, address}) }
	for _, a := range c.Emails() {
		add("email", strings.ToLower(a.Value))
	}
	for _, a := range c.Phones() {
		for _, channel := range []string{"sms", "voice", "whatsapp"} {
			add(channel, a.Value)
		}
	}
	for _, i := range c.Identities {
		if name := i.Channel.String(); name != "email" {
			add(name, i.SourceID)
		}
	}
	return rows
}

func suppressionRows(c *contacts.Contact) (rows [][]any) {
	for _, s := range c.Suppressed {
		rows = append(rows, []any{int64(c.Ordinal), s.Channel.String(), s.Address})
	}
	return rows
}

func companyRow(set *fields.Set, c *companies.Company) []any {
	all := companies.Kind.Facts(c)
	one := func(key string) any { return plain(set, c.Attributes, key) }
	strategic := one("strategic")
	return []any{
		int64(c.Ordinal), folds(valuesOf(set, all, "id"), exactly), text(c.Name), folds(c.Domains, words.Canonical), folds(valuesOf(set, all, "identifier"), exactly),
		nilIfEmpty(c.Country), text(c.City), folds(c.Labels, words.Canonical), moment(c.CreatedAt), moment(c.UpdatedAt),
		one("industry"), one("employees"), one("contract_end"), strategic == true, // false until set
	}
}

func conversationRow(set *fields.Set, c *conversations.Conversation) []any {
	var satisfaction any
	if c.Satisfaction > 0 {
		satisfaction = int64(c.Satisfaction)
	}
	return []any{
		int64(c.Ordinal), int64(c.Owner), c.Channel.String(), c.Status.String(), nilIfEmpty(c.Priority.String()), folds(c.Labels, words.Canonical), text(c.Assignee), text(c.Team),
		satisfaction, int64(c.Messages), int64(c.Inbound), moment(c.CreatedAt), moment(c.UpdatedAt),
		moment(c.LastMessageAt), moment(c.LastInboundAt), moment(c.FirstReplyAt), moment(c.LastReplyAt),
		moment(c.ResolvedAt), plain(set, c.Attributes, "topic"), plain(set, c.Attributes, "score"),
	}
}

func noteRow(n *notes.Note) []any {
	return []any{int64(n.Ordinal), int64(n.Owner), text(n.Text), n.Pinned, string(n.Source), moment(n.CreatedAt)}
}

func eventRow(e *audiences.Event) []any {
	return []any{int64(e.Ordinal), int64(e.Owner), nilIfEmpty(e.Campaign), e.Kind.String(), moment(e.At)}
}

// valuesOf are the texts in a field, with those of records that were absorbed.
func valuesOf(set *fields.Set, x ledger.Facts, name string) (list []string) {
	f, _ := set.Field(name)
	for _, v := range x.Values(f) {
		list = append(list, v.List...)
		if v.Kind == fields.KindText {
			list = append(list, v.Text)
		}
	}
	return list
}

// writtenPhones are the digits of a number with its country code, and as it is written at home.
func writtenPhones(e164 string) []string {
	digits := strings.TrimPrefix(e164, "+")
	forms := []string{digits}
	home := fields.NationalOf(digits)
	if home.Rest != "" {
		forms = append(forms, home.Trunk+home.Rest)
	}
	if home.Bare {
		forms = append(forms, home.Rest)
	}
	return forms
}

// plain is the value of an attribute as PostgreSQL has it, nil for none.
func plain(set *fields.Set, values fields.Attributes, key string) any {
	a := set.Attribute(key)
	v := values.Get(a.Number)
	switch v.Kind {
	case fields.Missing:
		return nil
	case fields.KindNumber:
		return v.Float
	case fields.KindBool:
		return v.Bool
	case fields.KindList:
		return folds(v.List, words.Canonical)
	case fields.KindInt:
		if a.Type == fields.AttributeDate {
			return time.Unix(v.Int*86_400, 0).UTC()
		}
		return v.Int
	}
	return text(v.Text)
}

// seed is what random buckets keep of an id.
func seed(id ledger.ID) int64 {
	h := fnv.New32a()
	h.Write(id[:])
	return int64(h.Sum32())
}

func exactly(s string) string { return s }

// folds are texts as they compare, nil for none.
func folds(list []string, as func(string) string) any {
	if len(list) == 0 {
		return nil
	}
	out := slices.Clone(list)
	for i := range out {
		out[i] = as(out[i])
	}
	return out
}

func text(s string) any { return nilIfEmpty(words.Canonical(s)) }

func nilIfEmpty(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func reference(ordinal uint32) any {
	if ordinal == 0 {
		return nil
	}
	return int64(ordinal)
}

func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

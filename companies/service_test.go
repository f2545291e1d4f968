package companies_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
	"github.com/ndoto/kundi/workspace"
)

var tester = ledger.Caller{Author: ledger.Author{Source: ledger.SourceAPI, Name: "test"}}

// bench is the use cases of companies and contacts over a real store in memory.
type bench struct {
	*companies.Service
	t      *testing.T
	people *contacts.Service
	space  *workspace.Service
	store  *storage.Store
	engine *memory.Engine
	clock  time.Time
}

func newBench(t *testing.T) *bench {
	t.Helper()
	e := memory.New()
	b := &bench{t: t, engine: e, clock: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)}
	store, err := storage.Open(t.Context(), storage.Options{Kinds: bothKinds, Engine: e, Clock: func() time.Time { return b.clock }})
	require.NoError(t, err)
	b.store = store
	now := func() time.Time { b.clock = b.clock.Add(time.Second); return b.clock }
	b.Service, b.people = companies.NewService(store, now, nil), contacts.NewService(store, companies.Directory{}, now, nil)
	b.space = workspace.NewService(store, now)
	t.Cleanup(func() {
		found, err := store.Verify(context.Background(), nil)
		require.NoError(t, err)
		require.Empty(t, found)
		require.NoError(t, store.Close())
	})
	return b
}

func (b *bench) create(d fields.Draft) *companies.Company {
	b.t.Helper()
	r, err := b.Create(b.t.Context(), tester, d)
	require.NoError(b.t, err)
	require.Equal(b.t, ledger.StatusCreated, r.Status)
	return r.Record
}

func (b *bench) patch(c *companies.Company, d fields.Draft) companies.Result {
	b.t.Helper()
	r, err := b.Patch(b.t.Context(), tester, c.ID, d, 0)
	require.NoError(b.t, err)
	return r
}

func (b *bench) person(d fields.Draft) contacts.Result {
	b.t.Helper()
	r, err := b.people.Create(b.t.Context(), tester, d)
	require.NoError(b.t, err)
	return r
}

// taken expects the conflict over a field and returns who has it.
func taken(t *testing.T, err error, field string) []ledger.ID {
	t.Helper()
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, []string{"company-taken", field}, []string{e.Type, e.Field})
	require.Equal(t, fault.KindConflict, e.Kind)
	return e.CompanyIDs
}

// faults are the faults of an error, as "path: detail".
func faults(err error) (list []string) {
	var e *fault.Error
	if errors.As(err, &e) {
		for _, f := range e.Faults {
			list = append(list, f.Path+": "+f.Detail)
		}
	}
	return list
}

// sentValues is what a caller sends for each field, and what is stored when it is not that.
var sentValues = map[string][2]any{
	"name": {"  Maji  Safi ", "Maji  Safi"}, "domains": {[]any{"MajiSafi.Example", "maji.example"}, []string{"majisafi.example", "maji.example"}},
	"identifier": {"acc-77", "acc-77"}, "country": {"ke", "KE"}, "city": {"Nairobi", "Nairobi"}, "labels": {[]any{"vip", "VIP", "new"}, []string{"vip", "new"}},
	"created_at": {"2020-01-02T03:04:05Z", "2020-01-02T03:04:05.000Z"},
}

// TestEveryFieldIsWrittenAndPatched sends each field that a draft may have: in a new
// company, in a patch, and emptied.
func TestEveryFieldIsWrittenAndPatched(t *testing.T) {
	for _, f := range companies.StandardFields {
		if !f.Standard.Settable() {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			b := newBench(t)
			values, known := sentValues[f.Name]
			require.True(t, known, "no value in sentValues")
			got := func(id ledger.ID) any {
				c, err := b.Get(t.Context(), id)
				require.NoError(t, err)
				return f.JSON(companies.Kind.Value(f, c))
			}
			one := b.create(fields.Draft{"name": "Somebody", f.Name: values[0]})
			require.Equal(t, values[1], got(one.ID))
			_, err := b.Delete(t.Context(), tester, one.ID, one.Version)
			require.NoError(t, err)

			other := b.create(fields.Draft{"name": "Other"})
			if f.Standard.Access == fields.AtCreation {
				_, err := b.Patch(t.Context(), tester, other.ID, fields.Draft{f.Name: values[0]}, 0)
				require.Equal(t, []string{f.Name + ": can be sent only when the company is created"}, faults(err))
				return
			}
			r := b.patch(other, fields.Draft{f.Name: values[0]})
			require.Equal(t, ledger.StatusUpdated, r.Status)
			require.Equal(t, values[1], got(other.ID))
			require.True(t, r.Record.UpdatedAt.After(other.UpdatedAt))
			require.Equal(t, ledger.StatusUnchanged, b.patch(other, fields.Draft{f.Name: values[0]}).Status)
			_, err = b.Patch(t.Context(), tester, other.ID, fields.Draft{f.Name: nil}, 0)
			if f.Name == "name" {
				require.Equal(t, []string{"name: must not be emptied"}, faults(err))
				return
			}
			require.NoError(t, err)
			require.Empty(t, got(other.ID))
		})
	}
}

func TestUniqueValuesOfCompanies(t *testing.T) {
	b := newBench(t)
	acme := b.create(fields.Draft{"name": "Ácme", "domains": []any{"acme.example"}, "identifier": "A-1"})
	maji := b.create(fields.Draft{"name": "Maji"})
	for field, value := range map[string]any{"name": "ACME", "domains": []any{"b.example", "Acme.Example"}, "identifier": "A-1"} {
		d := fields.Draft{"name": "New", field: value}
		_, err := b.Create(t.Context(), tester, d)
		require.Equal(t, []ledger.ID{acme.ID}, taken(t, err, field))
		_, err = b.Patch(t.Context(), tester, maji.ID, fields.Draft{field: value}, 0)
		require.Equal(t, []ledger.ID{acme.ID}, taken(t, err, field))
	}
	_, err := b.Create(t.Context(), tester, fields.Draft{"name": "maji", "domains": []any{"acme.example"}})
	require.ElementsMatch(t, []ledger.ID{maji.ID, acme.ID}, taken(t, err, "name"), "all who hold something")
	require.Equal(t, []string{"name: belongs to the company " + maji.ID.String(), "domains: belongs to the company " + acme.ID.String()}, faults(err), "and which holds what")
	_, err = b.Create(t.Context(), tester, fields.Draft{"name": "acme", "domains": []any{"acme.example"}, "identifier": "A-1"})
	require.Equal(t, []ledger.ID{acme.ID}, taken(t, err, "name"))
	require.Len(t, faults(err), 3)
	_, err = b.Create(t.Context(), tester, fields.Draft{"name": "acme"})
	require.Empty(t, faults(err), "field and company_id say it")

	b.patch(acme, fields.Draft{"domains": []any{}, "name": "Acme Ltd"})
	b.patch(maji, fields.Draft{"domains": []any{"acme.example"}, "name": "Acme"})
	r := b.person(fields.Draft{"name": "Ada", "company": "acme"})
	require.Equal(t, maji.ID, r.Company.ID, "who names it means the one that has the name now")
}

func TestWrongDraftsOfCompanies(t *testing.T) {
	b := newBench(t)
	kept := b.create(fields.Draft{"name": "Kept"})
	members := "the members are name, domains, identifier, country, city, labels, created_at, attributes"
	many := func(n int, each string) (list []any) {
		for i := range n {
			list = append(list, fmt.Sprint(i, each))
		}
		return list
	}
	for want, d := range map[string]fields.Draft{
		"name: must be given":                             {"domains": []any{"a.example"}},
		"name: must have letters or digits":               {"name": "\u0301"},
		"name: must have at most 255 characters":          {"name": strings.Repeat("é", 256)},
		": has a member that no company has; " + members:  {"name": "A", "email": "a@b.example"},
		"id: is set by the server and cannot be sent":     {"name": "A", "id": "x"},
		"updated_at: is set by the server":                {"name": "A", "updated_at": "2020-01-02T03:04:05Z"},
		"version: is set by the server":                   {"name": "A", "version": 3},
		"contacts_count: is set by the server":            {"name": "A", "contacts_count": 3},
		"last_seen_at: is set by the server":              {"name": "A", "last_seen_at": "2020-01-02T03:04:05Z"},
		"absorbed: cannot be sent; merge companies":       {"name": "A", "absorbed": []any{}},
		"domains[1]: must not be the domain of a public":  {"name": "A", "domains": []any{"a.example", "GMail.com"}},
		"domains[2]: must be a domain":                    {"name": "A", "domains": []any{"a.example", "", "https://a.example"}},
		"labels[1]: must have at most 100 characters":     {"name": "A", "labels": []any{"a", strings.Repeat("x", 101)}},
		"name: is an id; send what people call":           {"name": "01A22713-69a1-7000-8000-000000000001"},
		"domains: must be an array":                       {"name": "A", "domains": "a.example"},
		"domains: must have at most 100 domains":          {"name": "A", "domains": many(101, ".example")},
		"labels: must have at most 200 labels":            {"name": "A", "labels": many(201, "")},
		"country: must be an ISO 3166 alpha-2":            {"name": "A", "country": "Kenya"},
		"identifier: must have at most 255 characters":    {"name": "A", "identifier": strings.Repeat("x", 256)},
		"attributes: must be an object":                   {"name": "A", "attributes": "x"},
		"attributes: has a key that is no attribute of c": {"name": "A", "attributes": map[string]any{"tier": "x"}},
	} {
		_, err := b.Create(t.Context(), tester, d)
		require.Len(t, faults(err), 1, want)
		require.True(t, strings.HasPrefix(faults(err)[0], want), "%s: %s", want, faults(err)[0])
		if want == "name: must be given" {
			continue
		}
		_, err = b.Patch(t.Context(), tester, kept.ID, d, 0)
		require.Equal(t, fault.KindInvalid, fault.KindOf(err), want)
	}
	again, err := b.Get(t.Context(), kept.ID)
	require.NoError(t, err)
	require.Equal(t, kept, again)
}

// TestAllThatIsWrongIsSaidAtOnce: of the draft, and of the company that it would make.
func TestAllThatIsWrongIsSaidAtOnce(t *testing.T) {
	b := newBench(t)
	_, err := b.space.DefineAttribute(t.Context(), tester, fields.Draft{"key": "owner", "type": "text", "entity": "company", "required": true})
	require.NoError(t, err)
	_, err = b.space.DefineAttribute(t.Context(), tester, fields.Draft{"key": "size", "type": "number", "entity": "company", "required": true})
	require.NoError(t, err)
	country := "country: must be an ISO 3166 alpha-2 country code like KE"
	wrong := fields.Draft{"country": "Kenya", "domains": []any{"GMail.com", "b", "c"}, "attributes": map[string]any{"size": "x"}}
	for _, by := range []ledger.Caller{tester, tester.WithReceipt(ledger.ReceiptKey{Key: "k"})} {
		_, err = b.Create(t.Context(), by, wrong)
		list := faults(err)
		require.Len(t, list, 7, list)
		for i, path := range []string{"domains[1]: ", "domains[2]: ", country, "attributes.size: must be a number", "domains[0]: ", "attributes.owner: must be given", "name: must be given"} {
			require.True(t, strings.HasPrefix(list[i], path), "%s: %s", path, list[i])
		}
	}
	acme := b.create(fields.Draft{"name": "Acme", "attributes": map[string]any{"owner": "Ada", "size": 3}})
	_, err = b.Patch(t.Context(), tester, acme.ID, fields.Draft{"country": "Kenya", "name": nil, "created_at": "2020-01-01T00:00:00Z", "attributes": map[string]any{"owner": nil}}, 0)
	require.Equal(t, []string{country, "name: must not be emptied", "created_at: can be sent only when the company is created", "attributes.owner: must not be emptied"}, faults(err))
	_, err = b.Patch(t.Context(), tester, ledger.ID{1}, wrong, 0)
	require.Equal(t, fault.KindInvalid, fault.KindOf(err))
}

// TestCompaniesThatContactsNameIntoBeing get the defaults, and nothing is required of them.
func TestCompaniesThatContactsNameIntoBeing(t *testing.T) {
	b := newBench(t)
	for _, d := range []fields.Draft{
		{"key": "owner", "type": "text", "entity": "company", "required": true}, {"key": "tier", "type": "text", "entity": "company", "default": "silver"},
	} {
		_, err := b.space.DefineAttribute(t.Context(), tester, d)
		require.NoError(t, err)
	}
	tier, _ := b.store.Schema().Of(fields.EntityCompany).Field("attributes.tier")
	ada := b.person(fields.Draft{"name": "Ada", "company": "Acme"})
	made, err := b.people.Batch(t.Context(), tester, []fields.Draft{{"name": "Bea", "company": "Maji"}})
	require.NoError(t, err)
	_, maji, err := b.people.Get(t.Context(), made.Results[0].ID)
	require.NoError(t, err)
	for _, id := range []ledger.ID{ada.Company.ID, maji.ID} {
		c, err := b.Get(t.Context(), id)
		require.NoError(t, err)
		require.Len(t, c.Attributes, 1)
		require.Equal(t, "silver", companies.Kind.Value(tier, c).Text)
		require.Equal(t, ledger.StatusUpdated, b.patch(c, fields.Draft{"city": "Gulu"}).Status)
	}
}

func TestPublicMailProviders(t *testing.T) {
	b := newBench(t)
	for _, domain := range []string{"gmail.com", "googlemail.com", "yahoo.co.uk", "yahoo.co.ke", "outlook.com", "hotmail.com", "live.com", "icloud.com", "proton.me", "tutanota.com", "gmx.net", "web.de", "qq.com", "163.com", "mail.ru", "yandex.ru", "naver.com", "mailinator.com"} {
		_, err := b.Create(t.Context(), tester, fields.Draft{"name": "A", "domains": []any{domain}})
		require.Len(t, faults(err), 1, domain)
	}
	for i, domain := range []string{"example.com", "safaricom.co.ke", "microsoft.com", "google.com", "mail.acme.example"} {
		b.create(fields.Draft{"name": fmt.Sprint("Own ", i), "domains": []any{domain}})
	}
}

// TestDeletedCompaniesLeaveTheirContacts: these belong to none from then on, as soon as
// the company is gone, and lose what they still keep of it when they are next written.
func TestDeletedCompaniesLeaveTheirContacts(t *testing.T) {
	b := newBench(t)
	ada := b.person(fields.Draft{"name": "Ada", "company": "Acme"})
	bea := b.person(fields.Draft{"name": "Bea", "company": "Maji"})
	acme := ada.Company
	_, err := b.Delete(t.Context(), tester, acme.ID, acme.Version+9)
	require.Equal(t, fault.KindPrecondition, fault.KindOf(err))
	done, err := b.Delete(t.Context(), tester, acme.ID, 0)
	require.NoError(t, err)
	require.Equal(t, b.store.Head(), done.Seq)

	_, err = b.Get(t.Context(), acme.ID)
	require.Equal(t, fault.KindNotFound, fault.KindOf(err))
	_, err = b.Delete(t.Context(), tester, acme.ID, 0)
	require.Equal(t, fault.KindNotFound, fault.KindOf(err))
	_, company, err := b.people.Get(t.Context(), ada.ID)
	require.NoError(t, err)
	require.Nil(t, company)
	r, err := b.people.Patch(t.Context(), tester, ada.ID, fields.Draft{"name": "Ada"}, 0)
	require.NoError(t, err)
	require.Equal(t, ledger.StatusUnchanged, r.Status)
	r, err = b.people.Patch(t.Context(), tester, ada.ID, fields.Draft{"city": "Gulu"}, 0)
	require.NoError(t, err)
	require.Nil(t, r.Company)
	require.Zero(t, r.Contact.Company)
	changes, err := b.store.Changes(t.Context(), b.store.Head()-1, 1)
	require.NoError(t, err)
	require.Equal(t, []string{"city", "company_id"}, changes[0].Fields)
	_, err = b.people.Patch(t.Context(), tester, ada.ID, fields.Draft{"company_id": acme.ID.String()}, 0)
	require.Equal(t, []string{"company_id: must be the id of a company"}, faults(err))

	// A name that it had is free, and a merge takes the company that is left.
	again := b.person(fields.Draft{"name": "Cid", "company": "ACME"})
	require.NotEqual(t, acme.ID, again.Company.ID)
	_, err = b.Delete(t.Context(), tester, again.Company.ID, 0)
	require.NoError(t, err)
	merged, err := b.people.Merge(t.Context(), tester, again.ID, bea.ID, 0)
	require.NoError(t, err)
	require.Equal(t, bea.Company.ID, merged.Company.ID)
}

// TestWhatSomebodyMadeStays without contacts, and so does what somebody has changed.
func TestWhatSomebodyMadeStays(t *testing.T) {
	b := newBench(t)
	require.True(t, b.create(fields.Draft{"name": "Acme"}).Kept)
	ada := b.person(fields.Draft{"name": "Ada", "company": "Maji"})
	maji, err := b.Get(t.Context(), ada.Company.ID)
	require.NoError(t, err)
	require.False(t, maji.Kept)
	require.True(t, b.patch(maji, fields.Draft{"city": "Gulu"}).Record.Kept)
}

func TestRequestsAreRepeatedOnce(t *testing.T) {
	b := newBench(t)
	once := tester.WithReceipt(ledger.ReceiptKey{Key: "k"})
	made, err := b.Create(t.Context(), once, fields.Draft{"name": "Acme"})
	require.NoError(t, err)
	head := b.store.Head()
	again, err := b.Create(t.Context(), once, fields.Draft{"name": "Acme"})
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, []any{made.ID, made.Seq, made.Record, head}, []any{again.ID, again.Seq, again.Record, b.store.Head()})
	_, err = b.Delete(t.Context(), tester, made.ID, 0)
	require.NoError(t, err)
	again, err = b.Create(t.Context(), once, fields.Draft{"name": "Acme"})
	require.NoError(t, err)
	require.Nil(t, again.Record)
}

// TestHistoryOfACompany has what changed, by the names of fields, until it is deleted.
func TestHistoryOfACompany(t *testing.T) {
	b := newBench(t)
	acme := b.create(fields.Draft{"name": "Acme", "city": "Gulu"})
	b.patch(acme, fields.Draft{"name": "Acme Ltd", "city": nil, "domains": []any{"acme.example"}})
	changes, err := b.store.Changes(t.Context(), 0, 10)
	require.NoError(t, err)
	last := changes[len(changes)-1]
	require.Equal(t, []any{fields.EntityCompany, ledger.OpUpdate, acme.Ordinal}, []any{last.Entity, last.Op, last.Ordinal})
	require.True(t, slices.Equal([]string{"name", "domains", "city"}, last.Fields), last.Fields)
}

// TestAttributesOfCompanies are their own: those of contacts are refused with a hint, and
// both may have one key.
func TestAttributesOfCompanies(t *testing.T) {
	b := newBench(t)
	for _, d := range []fields.Draft{
		{"key": "tier", "type": "text"}, {"key": "tier", "type": "list", "options": []any{"Gold", "Tin"}, "entity": "company"},
		{"key": "mine", "type": "text"}, {"key": "theirs", "type": "checkbox", "entity": "company"},
	} {
		_, err := b.space.DefineAttribute(t.Context(), tester, d)
		require.NoError(t, err)
	}
	acme := b.create(fields.Draft{"name": "Acme", "attributes": map[string]any{"tier": "gold", "theirs": true}})
	values := func(c *companies.Company) (list []any) {
		set := b.store.Schema().Of(fields.EntityCompany)
		for _, name := range []string{"attributes.tier", "attributes.theirs"} {
			f, known := set.Field(name)
			require.True(t, known)
			list = append(list, f.JSON(companies.Kind.Value(f, c)))
		}
		return list
	}
	require.Equal(t, []any{"Gold", true}, values(acme))
	after := b.patch(acme, fields.Draft{"attributes": map[string]any{"tier": nil, "theirs": "false"}}).Record
	require.Equal(t, []any{nil, false}, values(after))
	require.Empty(t, b.patch(after, fields.Draft{"attributes": nil}).Record.Attributes)

	_, err := b.space.DefineAttribute(t.Context(), tester, fields.Draft{"key": "plan", "type": "text", "entity": "company", "default": "free", "required": true})
	require.NoError(t, err)
	plan, _ := b.store.Schema().Of(fields.EntityCompany).Field("attributes.plan")
	maji := b.create(fields.Draft{"name": "Maji"})
	require.Equal(t, "free", companies.Kind.Value(plan, maji).Text)
	_, err = b.Patch(t.Context(), tester, maji.ID, fields.Draft{"attributes": map[string]any{"plan": nil}}, 0)
	require.Len(t, faults(err), 1)
	_, err = b.Create(t.Context(), tester, fields.Draft{"name": "A", "attributes": map[string]any{"mine": "x"}})
	require.Equal(t, []string{"attributes: has a key that is an attribute of contacts, and none of companies; set it on the contacts"}, faults(err))
	_, err = b.people.Create(t.Context(), tester, fields.Draft{"name": "A", "attributes": map[string]any{"theirs": true}})
	require.Equal(t, []string{"attributes: has a key that is an attribute of companies, and none of contacts; set it on the company"}, faults(err))
	_, err = b.Create(t.Context(), tester, fields.Draft{"name": "A", "attributes": map[string]any{"tier": "lead"}})
	require.Equal(t, []string{"attributes.tier: must be one of the options of the attribute"}, faults(err))
	changes, err := b.store.Changes(t.Context(), b.store.Head()-4, 1)
	require.NoError(t, err)
	require.Equal(t, []string{"attributes.tier", "attributes.theirs"}, changes[0].Fields)
}

// TestNewContactsGetTheCompanyOfTheirDomain, on behalf of a rule, unless they name one or
// none, or the settings say otherwise.
func TestNewContactsGetTheCompanyOfTheirDomain(t *testing.T) {
	b := newBench(t)
	acme := b.create(fields.Draft{"name": "Acme", "domains": []any{"acme.example", "müller.example"}})
	ada := b.person(fields.Draft{"email": "Ada@ACME.example"})
	require.Equal(t, acme.ID, ada.Company.ID)
	require.Equal(t, ledger.StatusCreated, ada.Status)
	read, company, err := b.people.Get(t.Context(), ada.ID)
	require.NoError(t, err)
	require.Equal(t, ada.Contact, read)
	require.Equal(t, acme.ID, company.ID)
	history, err := b.store.History(t.Context(), &contacts.Kind.Shape, read.Ordinal, 0, 10)
	require.NoError(t, err)
	require.Equal(t, ledger.SourceRule, history[0].Author.Source)
	require.Equal(t, []string{"company_id", "company.name"}, []string{history[0].Changes[0].Field, history[0].Changes[1].Field})
	require.Equal(t, acme.ID, b.person(fields.Draft{"email": "bea@xn--mller-kva.example"}).Company.ID)

	require.Nil(t, b.person(fields.Draft{"email": "cid@mail.acme.example"}).Company, "another domain")
	require.Nil(t, b.person(fields.Draft{"email": "dee@acme.example", "company": nil}).Company)
	require.Equal(t, "Maji", b.person(fields.Draft{"email": "eve@acme.example", "company": "Maji"}).Company.Name)
	late := b.person(fields.Draft{"name": "Fay"})
	patched, err := b.people.Patch(t.Context(), tester, late.ID, fields.Draft{"email": "fay@acme.example"}, 0)
	require.NoError(t, err)
	require.Nil(t, patched.Company, "only new ones")

	_, _, err = b.space.PatchSettings(t.Context(), tester, fields.Draft{"link_companies_by_domain": false}, 0)
	require.NoError(t, err)
	require.Nil(t, b.person(fields.Draft{"email": "gil@acme.example"}).Company)
	_, _, err = b.space.PatchSettings(t.Context(), tester, fields.Draft{"link_companies_by_domain": "no"}, 0)
	require.Equal(t, []string{"link_companies_by_domain: must be true or false"}, faults(err))
	_, _, err = b.space.PatchSettings(t.Context(), tester, fields.Draft{"link_companies_by_domain": nil}, 0)
	require.NoError(t, err)
	require.NotNil(t, b.person(fields.Draft{"email": "hal@acme.example"}).Company)
}

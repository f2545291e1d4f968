package columns

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
)

func TestNothingDiffersAfterAnyHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory(t, rapid.IntRange(1, 60).Draw(t, "size"))
		h.table.View(func(v *View) {
			for _, c := range h.world.Contacts {
				require.Empty(t, v.Differs(c))
			}
			for _, c := range h.world.Companies {
				require.Empty(t, v.Of(fields.EntityCompany).Differs(c))
			}
		})
	})
}

func TestDiffersNamesTheField(t *testing.T) {
	ada := &contacts.Contact{
		Ordinal: 1, ID: uuid.New(), Name: "Ada", Email: "ada@example.com", Labels: []string{"vip", "beta"}, Company: 1,
		Attributes: fields.Attributes{{Number: 3, Value: fields.NumberValue(7)}, {Number: 4, Value: fields.BoolValue(true)}},
	}
	damages := map[string]func(*Tables){
		"row":         func(t *Tables) { t.people.live.Remove(1) },
		"name":        func(t *Tables) { t.people.named("name").set(1, fields.TextValue("ada")) },
		"email":       func(t *Tables) { c := columnOf[*textColumn](t.people, "email"); c.rows.remove(c.codes.get(1), 1) },
		"country":     func(t *Tables) { columnOf[*textColumn](t.people, "country").present.Add(1) },
		"labels":      func(t *Tables) { t.people.named("labels").set(1, fields.ListValue([]string{"beta", "vip"})) },
		"created_at":  func(t *Tables) { t.people.named("created_at").set(1, fields.IntValue(5)) },
		"company":     func(t *Tables) { t.employer.assign(1, 2) },
		"attribute 3": func(t *Tables) { t.people.attributes[0].set(1, fields.NumberValue(8)) },
		"attribute 4": func(t *Tables) { t.people.attributes[1].column.(*checkboxColumn).no.Add(1) },
	}
	for field, damage := range damages {
		t.Run(field, func(t *testing.T) {
			table := newTables(gramBatch)
			fill(table, []*companies.Company{{Ordinal: 1, ID: uuid.New(), Name: "Acme"}}, []*contacts.Contact{ada})
			table.View(func(v *View) { require.Empty(t, v.Differs(ada)) })
			damage(table)
			table.View(func(v *View) { require.Equal(t, []string{field}, v.Differs(ada)) })
		})
	}
}

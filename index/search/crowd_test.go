package search

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/index/indextest"
)

// crowd are invented people, by the name that tests call them.
var crowd = []struct {
	key     string
	contact contacts.Contact
	company string
}{
	{"ana", contacts.Contact{Name: "Ana Belén Ortega", Email: "ana.ortega@lumora.example", Phone: "+34612345678", City: "Sevilla", Country: "ES"}, "Lumora Textiles"},
	{"anna", contacts.Contact{Name: "Anna Ortner", Email: "anna.ortner77@post.example", Phone: "+436641112223", Country: "AT"}, ""},
	{"jurgen", contacts.Contact{Name: "Jürgen Müller-Lüdenscheid", Email: "jml@badewanne.example", Phone: "+4915198765432", Country: "DE"}, "Badewanne GmbH"},
	{"robert", contacts.Contact{Name: "Robert Whitfield", Email: "r.whitfield@northgate.example", Phone: "+12025550143", Identifier: "CRM-00417", Country: "US"}, "Northgate Farms"},
	{"rob", contacts.Contact{Name: "Rob Witfeld", Email: "rw@elsewhere.example"}, ""},
	{"bob", contacts.Contact{Name: "Bob Carter", Email: "bobcarter@northgate.example"}, "Northgate Farms"},
	{"bobo", contacts.Contact{Name: "Bobo Carter", Email: "bobo@circus.example"}, ""},
	{"smyth", contacts.Contact{Name: "Philip Smyth", Email: "psmyth@orchard.example", Phone: "+447700900123"}, ""},
	{"smirh", contacts.Contact{Name: "Philo Smirh", Email: "smirh@orchard.example"}, ""},
	{"oneill", contacts.Contact{Name: "Siobhán O'Neill", Email: "siobhan.oneill@orchard.example", Phone: "+353851234567"}, ""},
	{"vladimir", contacts.Contact{Name: "Владимир Соколов", Email: "sokolov@neva.example"}, ""},
	{"wang", contacts.Contact{Name: "王小明", Email: "ming@river.example"}, ""},
	{"nameless", contacts.Contact{Email: "greta.holm@fjord.example"}, ""},
	{"maria", contacts.Contact{Name: "Maria", Email: "m1@solo.example"}, ""},
	{"mariah", contacts.Contact{Name: "Maria Håkansson", Email: "mh@solo.example"}, ""},
	{"unseen", contacts.Contact{Name: "Tove Lind", Email: "t2@solo.example", LastSeenAt: time.Date(2025, 11, 1, 0, 0, 0, 0, time.UTC)}, ""},
	{"seen", contacts.Contact{Name: "Tove Lind", Email: "t1@solo.example", LastSeenAt: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}, ""},
	{"visitor", contacts.Contact{Name: "Tove Lind", LastSeenAt: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)}, ""},
	{"finn", contacts.Contact{Name: "Moa Rask", Email: "m2@solo.example", Country: "FI"}, ""},
	{"swede", contacts.Contact{Name: "Moa Rask", Email: "m3@solo.example", Country: "SE"}, ""},
	{"alexis", contacts.Contact{Name: "Αλέξης Παπαδόπουλος", Email: "ap@agora.example"}, ""},
	{"mohammed", contacts.Contact{Name: "محمد الحميدي", Email: "mh@nakhla.example"}, ""},
	{"yusuf", contacts.Contact{Name: "Yusuf Kaya", Email: "yk@bazaar.example"}, ""},
	{"hamalainen", contacts.Contact{Name: "Väinö Hämäläinen", Email: "vh@lake.example"}, ""},
	{"rider", contacts.Contact{Name: "Zo Rider", Email: "zo.rider+trips@wheels.example"}, ""},
	{"ek", contacts.Contact{Name: "Zoraya Ek", Email: "ek@pond.example"}, ""},
	{"zorayae", contacts.Contact{Name: "Zorayae", Email: "zz@pond.example"}, ""},
	{"margaret", contacts.Contact{Name: "Margaret Ek", Email: "mek@pond.example"}, ""},
	{"siyu", contacts.Contact{Name: "陈思雨", Email: "s@island.example", LastSeenAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}, ""},
	{"yusi", contacts.Contact{Name: "Yusy Chen", Email: "y@island.example"}, ""},
	{"delacroixel", contacts.Contact{Name: "Kate Delacroixel", Email: "kd@pond.example"}, ""},
	{"okoro", contacts.Contact{Name: "Ada Okoro", Email: "ada@gmail.example", LastSeenAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}, ""},
	{"gamil", contacts.Contact{Name: "Gamila Okorro", Email: "go@pond.example"}, ""},
	{"mirembe", contacts.Contact{Name: "Mirembe Asiimwe", Email: "mirembe@pond.example"}, ""},
	{"renb", contacts.Contact{Name: "Mirembe Renb", Email: "mm@pond.example"}, ""},
	{"ashdown", contacts.Contact{Name: "Joseph Ashdown", Email: "ja@brook.example"}, ""},
	{"employee", contacts.Contact{Name: "Joe Lund", Email: "jl@brook.example", LastSeenAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}, "Ashdown Timber"},
	{"hendrike", contacts.Contact{Name: "Hendrike Pohl", Email: "hp@brook.example"}, ""},
	{"kathryn", contacts.Contact{Name: "Kathryn Delacroix", Email: "kd@bayou.example"}, ""},
}

// newCrowd opens an index over the crowd and returns it with the people's
// ordinals and the names of the ordinals.
func newCrowd(t testing.TB) (*mirror, map[string]uint32, map[uint32]string) {
	t.Helper()
	r := indextest.NewRecords()
	ordinals, names := map[string]uint32{}, map[uint32]string{}
	firms := map[string]uint32{}
	for i, p := range crowd {
		c := p.contact
		c.Ordinal, c.ID, c.Type = uint32(i+1), uuid.New(), contacts.TypeLead
		if p.company != "" {
			if firms[p.company] == 0 {
				firms[p.company] = uint32(len(firms) + 1)
				r.Firms[firms[p.company]] = &companies.Company{Ordinal: firms[p.company], ID: uuid.New(), Name: p.company}
			}
			c.Company = firms[p.company]
		}
		r.People[c.Ordinal] = &c
		ordinals[p.key], names[c.Ordinal] = c.Ordinal, p.key
	}
	x := newMirror(t, r)
	return x, ordinals, names
}

package main

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/words"
)

// bound is code that is written for the ten questions alone, over bare bitmaps and arrays: no schema, no filter, no
// lock, no change of a contact. It is as fast as this layout can be, and no program that people can use.
type bound struct {
	at    moments
	sets  map[string]*roaring.Bitmap // "field=value"
	parts map[string]*roaring.Bitmap // of names: three letters
	names []string                   // folded

	// By ordinal - 1.
	types, tiers []uint8   // numbers of contacts.Types and boundTiers
	mrr          []int32   // cents, -1 for none
	health       []float64 // NaN for none
	seen         []int64   // milliseconds, long ago for never
	renewal      []int32   // days, -1 for none
	seats        []uint16

	ids []uint32 // room for an answer
}

// boundTiers are the tiers that pay, from 1. The other ones have 0.
var boundTiers = []string{"", "starter", "pro", "enterprise"}

// Name implements System.
func (*bound) Name() string { return "bound" }

// Setup implements System.
func (*bound) Setup() string {
	return "Go code for each of the ten questions alone, over roaring bitmaps by value, trigrams of folded names, and arrays; scans on two cores; " +
		"no schema, filters, locks or changes: what this layout can do at best, and no system"
}

// Load implements System.
func (b *bound) Load(_ context.Context, rows *Rows) error {
	n := len(rows.people)
	b.sets, b.parts = map[string]*roaring.Bitmap{}, map[string]*roaring.Bitmap{"kam": roaring.New(), "mau": roaring.New()}
	b.names, b.types, b.tiers = make([]string, n), make([]uint8, n), make([]uint8, n)
	b.ids = make([]uint32, n)
	b.mrr, b.health, b.seen, b.renewal, b.seats = make([]int32, n), make([]float64, n), make([]int64, n), make([]int32, n), make([]uint16, n)
	for i, c := range rows.people {
		if err := b.add(i, c, rows.schema); err != nil {
			return err
		}
	}
	for _, set := range b.sets {
		set.RunOptimize()
	}
	return nil
}

// add adds a contact. An attribute without value has "".
func (b *bound) add(i int, c *contacts.Contact, schema *fields.Schema) error {
	tier := plain(schema, "tier", c)
	b.put("type="+string(c.Type), i)
	b.put("country="+c.Country, i)
	b.put("attributes.tier="+tier, i)
	for _, label := range c.Labels {
		b.put("labels="+label, i)
	}
	b.names[i] = words.Canonical(c.Name)
	for part, set := range b.parts {
		if strings.Contains(b.names[i], part) {
			set.Add(uint32(i))
		}
	}
	b.types[i] = uint8(slices.Index(contacts.Types, c.Type))
	b.tiers[i] = uint8(max(0, slices.Index(boundTiers, tier)))
	b.mrr[i], b.renewal[i], b.health[i], b.seen[i] = -1, -1, math.NaN(), math.MinInt64
	if v := c.Attributes.Get(schema.Attribute("mrr").Number); !v.IsMissing() {
		b.mrr[i] = int32(v.Int)
	}
	if v := c.Attributes.Get(schema.Attribute("renewal_date").Number); !v.IsMissing() {
		b.renewal[i] = int32(v.Int)
	}
	if !c.LastSeenAt.IsZero() {
		b.seen[i] = c.LastSeenAt.UnixMilli()
	}
	var err error
	if text := plain(schema, "health", c); text != "" {
		if b.health[i], err = strconv.ParseFloat(text, 64); err != nil {
			return err
		}
	}
	if text := plain(schema, "seats", c); text != "" {
		seats, err := strconv.ParseUint(text, 10, 16)
		if err != nil {
			return err
		}
		b.seats[i] = uint16(seats)
	}
	return nil
}

func (b *bound) put(key string, i int) {
	if b.sets[key] == nil {
		b.sets[key] = roaring.New()
	}
	b.sets[key].Add(uint32(i))
}

// set returns who has a value, an empty set when nobody has.
func (b *bound) set(key string) *roaring.Bitmap {
	if s := b.sets[key]; s != nil {
		return s
	}
	return roaring.New()
}

// Prepare implements System.
func (b *bound) Prepare(_ context.Context, q Question) (func(context.Context) (Answer, error), error) {
	ask := b.asks()[q.Name]
	if ask == nil {
		return nil, nil
	}
	return func(context.Context) (Answer, error) { return ask(), nil }, nil
}

// Close implements System.
func (*bound) Close() error { return nil }

// asks are the questions, by name.
func (b *bound) asks() map[string]func() Answer {
	count := func(ask func() uint64) func() Answer { return func() Answer { return Answer{Count: ask()} } }
	customers, lead, us, pro := b.set("type=customer"), b.set("type=lead"), b.set("country=US"), b.set("attributes.tier=pro")
	vip, churn, trial := b.set("labels=vip"), b.set("labels=churn risk"), b.set("labels=trial")
	africa := []*roaring.Bitmap{b.set("country=KE"), b.set("country=TZ"), b.set("country=ET")}
	now, ago := b.at.now.UnixMilli(), b.at.now.AddDate(0, 0, -90).UnixMilli()
	today := int32(b.at.now.Unix() / int64((24 * time.Hour).Seconds()))
	customer := uint8(slices.Index(contacts.Types, contacts.TypeCustomer))
	return map[string]func() Answer{
		"count: three equalities": count(func() uint64 { return roaring.And(us, pro).AndCardinality(customers) }),
		"count: those and two ranges": count(func() uint64 {
			return among(roaring.And(us, pro), func(i uint32) bool {
				return b.types[i] == customer && b.mrr[i] >= 50_00 && b.mrr[i] <= 500_00 && b.seen[i] >= ago && b.seen[i] <= now
			})
		}),
		"count: or and not": count(func() uint64 {
			here := roaring.FastOr(africa...)
			here.AndNot(pro)
			others := roaring.Or(vip, churn)
			others.AndNot(here)
			return here.GetCardinality() + among(others, func(i uint32) bool { return b.mrr[i] >= 200_00 })
		}),
		"segment: Customers at risk": count(func() uint64 {
			return halves(len(b.mrr), func(from, to int) (n uint64) {
				mrr, health, seen := b.mrr[from:to], b.health[from:to], b.seen[from:to]
				for i, worth := range mrr {
					n += one(worth >= 100_00) & (one(health[i] < 40) | one(seen[i] < ago) | one(seen[i] > now))
				}
				return n
			})
		}),
		"4 facets of everyone":   b.facets(),
		"count: not a and not b": count(func() uint64 { return uint64(len(b.names)) - lead.OrCardinality(us) }),
		"segment: Renewals in the next 60 days": count(func() uint64 {
			return halves(len(b.renewal), func(from, to int) (n uint64) {
				types, tiers := b.types[from:to], b.tiers[from:to]
				for i, day := range b.renewal[from:to] {
					n += one(day >= today) & one(day <= today+60) & one(types[i] == customer) & one(tiers[i] > 0)
				}
				return n
			})
		}),
		"count: name contains kamau": count(func() uint64 {
			return among(roaring.And(b.parts["kam"], b.parts["mau"]), func(i uint32) bool { return strings.Contains(b.names[i], "kamau") })
		}),
		"count: labels any of two": count(func() uint64 { return vip.OrCardinality(trial) }),
		"ids of 30 %":              b.seated,
	}
}

// facets returns a function that counts four fields of everyone.
func (b *bound) facets() func() Answer {
	var sets []*roaring.Bitmap
	var facets []Facet
	for key, set := range b.sets {
		field, value, _ := strings.Cut(key, "=")
		sets, facets = append(sets, set), append(facets, Facet{Field: field, Value: value})
	}
	return func() Answer {
		for i, set := range sets {
			facets[i].Count = set.GetCardinality()
		}
		return Answer{Facets: facets}
	}
}

// seated returns the ids of those with seats. The array is that of the answer before.
func (b *bound) seated() Answer {
	middle := len(b.seats) / 2
	ends := [2]uint64{}
	halves(len(b.seats), func(from, to int) (n uint64) {
		ids := b.ids[from:to]
		for i, seats := range b.seats[from:to] {
			ids[n] = uint32(from + i + 1)
			n += one(seats >= 1)
		}
		half := 0
		if to == len(b.seats) {
			half = 1
		}
		ends[half] = n
		return n
	})
	n := int(ends[0]) + copy(b.ids[ends[0]:], b.ids[middle:middle+int(ends[1])])
	return Answer{IDs: b.ids[:n]}
}

// among counts who of a set passes.
func among(set *roaring.Bitmap, passes func(uint32) bool) (n uint64) {
	var page [1024]uint32
	for some := set.ManyIterator(); ; {
		read := some.NextMany(page[:])
		if read == 0 {
			return n
		}
		for _, i := range page[:read] {
			n += one(passes(i))
		}
	}
}

// halves counts on two cores.
func halves(n int, count func(from, to int) uint64) uint64 {
	var first uint64
	var both sync.WaitGroup
	both.Go(func() { first = count(0, n/2) })
	second := count(n/2, n)
	both.Wait()
	return first + second
}

// one is 1 for true. The compiler makes no branch of it.
func one(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

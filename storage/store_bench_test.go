package storage_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
)

// member is a contact with every identity and some attributes, about 500
// bytes as a record.
func member(n uint64) *contacts.Contact {
	c := person("Wanjikũ Kamau-Østergård", fmt.Sprintf("wanjiku.%d@example.co.ke", n))
	c.ID = uuid.Must(uuid.NewV7())
	c.FirstName, c.LastName = "Wanjikũ", "Kamau-Østergård"
	c.Phone = fmt.Sprintf("+254%09d", n)
	c.Identifier = fmt.Sprintf("CRM-%012d", n)
	c.Country, c.City = "KE", "Nairobi"
	c.Labels = []string{"vip", "newsletter"}
	c.Channels = []string{"email", "sms"}
	for i := range uint32(8) {
		c.Attributes = append(c.Attributes, fields.Attribute{Number: i + 1, Value: fields.TextValue("some text value")})
	}
	return c
}

func diskStore(b *testing.B) *storage.Store {
	b.Helper()
	return openStore(b, badgerEngine(b, filepath.Join(b.TempDir(), "data")))
}

// BenchmarkUpsert has 64 callers create and change one contact a call, each
// call durable: the goal is 5,000 a second.
func BenchmarkUpsert(b *testing.B) {
	s := diskStore(b)
	var n atomic.Uint64
	b.SetParallelism(64 / 2)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			c := member(i / 2 * 7)
			_, err := s.Update(context.Background(), api, func(tx ledger.Tx) error { return upsert(tx, c) })
			if err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "upserts/s")
}

// upsert finds a contact by e-mail and changes it, or creates it.
func upsert(tx ledger.Tx, c *contacts.Contact) error {
	holder, held, err := tx.Holder(ledger.Claim{Kind: contacts.ClaimEmail, Value: c.Email})
	if err != nil {
		return err
	}
	if !held {
		return contacts.Kind.Create(tx, c)
	}
	before, err := contacts.Kind.At(tx, holder)
	if err != nil {
		return err
	}
	after := before.Clone()
	after.City = "Mombasa"
	return contacts.Kind.Update(tx, before, after)
}

// BenchmarkBulk creates 500 contacts a closure: the goal is 20,000 a second.
func BenchmarkBulk(b *testing.B) {
	s := diskStore(b)
	const each = 500
	next := uint64(0)
	for b.Loop() {
		list := make([]*contacts.Contact, each)
		for i := range list {
			list[i] = member(next)
			next++
		}
		_, err := s.Update(context.Background(), api, func(tx ledger.Tx) error {
			for _, c := range list {
				if err := contacts.Kind.Create(tx, c); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(next)/b.Elapsed().Seconds(), "contacts/s")
}

// BenchmarkFreeClaim asks for claims that nobody holds among 200,000 contacts
// on disk, which is what every create does four times.
func BenchmarkFreeClaim(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "data")
	s, err := storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: badgerEngine(b, dir)})
	if err != nil {
		b.Fatal(err)
	}
	fillStore(b, s, 200_000)
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	s = openStore(b, badgerEngine(b, dir))
	n := 0
	_, err = s.Update(context.Background(), api, func(tx ledger.Tx) error {
		for b.Loop() {
			n++
			_, held, err := tx.Holder(ledger.Claim{Kind: contacts.ClaimEmail, Value: fmt.Sprintf("nobody.%d@example.com", n)})
			if held || err != nil {
				return fmt.Errorf("held: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkScanContacts reads 100,000 contacts in order of ordinal, as a
// rebuild of the index does.
func BenchmarkScanContacts(b *testing.B) {
	s := diskStore(b)
	fillStore(b, s, 100_000)
	read := 0
	for b.Loop() {
		for from := uint32(1); ; {
			list, err := contacts.Kind.Scan(context.Background(), s, ledger.Ref{Ordinal: from}, 1000)
			if err != nil {
				b.Fatal(err)
			}
			if len(list) == 0 {
				break
			}
			read += len(list)
			from = list[len(list)-1].Ordinal + 1
		}
	}
	b.ReportMetric(float64(read)/b.Elapsed().Seconds(), "contacts/s")
}

func fillStore(b *testing.B, s *storage.Store, n uint64) {
	b.Helper()
	for start := uint64(0); start < n; start += 500 {
		_, err := s.Update(context.Background(), api, func(tx ledger.Tx) error {
			for i := range uint64(500) {
				if err := contacts.Kind.Create(tx, member(start+i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

package storage

import "testing"

// The bar is 3 µs for a contact of 1 KB.
func BenchmarkDecodeContact(b *testing.B) {
	record := encodeContact(sampleContact())
	b.SetBytes(int64(len(record)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decodeContact(77, record); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeContact(b *testing.B) {
	c := sampleContact()
	b.SetBytes(int64(len(encodeContact(c))))
	b.ReportAllocs()
	for b.Loop() {
		encodeContact(c)
	}
}

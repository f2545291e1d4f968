package fields

import "hash/fnv"

// Buckets is how many buckets there are: shares are told to a hundredth of a percent.
const Buckets = 10_000

// Bucket puts the record of an id into one of the Buckets, from 0, by chance. The salt names
// the draw: the buckets of two draws have nothing to do with each other. The answer is the same
// for ever, as audiences are split by it.
func Bucket(id [16]byte, salt string) int { return SaltOf(salt).Bucket(SeedOf(id)) }

// SeedOf is what draws keep of the id of a record.
func SeedOf(id [16]byte) uint32 {
	h := fnv.New32a()
	h.Write(id[:])
	return h.Sum32()
}

// Salt is the name of a draw in the form that is mixed with seeds.
type Salt uint64

// SaltOf is the Salt of a name, of which "" is one.
func SaltOf(name string) Salt {
	h := fnv.New64a()
	h.Write([]byte(name))
	return Salt(h.Sum64())
}

// Bucket is the bucket of the record with a seed.
func (s Salt) Bucket(seed uint32) int { return int(s.Mix(seed) % Buckets) }

// Mix is the number that the record with a seed draws, evenly among all of 64 bits: that of
// splitmix64 whose state is the salt and the seed.
func (s Salt) Mix(seed uint32) uint64 {
	n := uint64(seed)<<32 ^ uint64(s)
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}

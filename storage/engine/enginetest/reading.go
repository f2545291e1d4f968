package enginetest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/storage/engine"
)

func testEmpty(t *testing.T, p Place) {
	v := p.open(t).view()
	defer v.Close()
	head, err := v.Head()
	require.NoError(t, err)
	require.Zero(t, head)
	require.Nil(t, v.get("a"))
	page := v.scan(engine.Range{})
	require.Empty(t, page.Pairs)
	require.Nil(t, page.Next)
}

func testRoundTrip(t *testing.T, p Place) {
	d := p.open(t)
	d.put("a", "1", "b", "", "c", "3")
	d.put("a", "2")
	d.apply(engine.Batch{Delete: [][]byte{[]byte("c"), []byte("never there")}})
	v := d.view()
	defer v.Close()
	require.Equal(t, []byte("2"), v.get("a"))
	require.NotNil(t, v.get("b"), "an empty value is a value")
	require.Empty(t, v.get("b"))
	require.Nil(t, v.get("c"))
	many, err := v.GetMany([][]byte{[]byte("c"), []byte("a"), []byte("b"), []byte("a")})
	require.NoError(t, err)
	require.Equal(t, [][]byte{nil, []byte("2"), {}, []byte("2")}, many)
	require.Equal(t, []string{"a=2", "b="}, v.all(""))
}

func testAnyKey(t *testing.T, p Place) {
	d := p.open(t)
	keys := []string{"\x00", "\x00\x00", "!badger!", "!badger!head", "\xff", "\xff\xff", "k", "h", strings.Repeat("x", engine.MaxKey)}
	for i, key := range keys {
		d.put(key, fmt.Sprint(i))
	}
	v := d.view()
	defer v.Close()
	for i, key := range keys {
		require.Equal(t, fmt.Sprint(i), string(v.get(key)))
	}
	require.Len(t, v.all(""), len(keys), "an engine's own keys do not show")
}

func testOwnership(t *testing.T, p Place) {
	d := p.open(t)
	key, value := []byte("key"), []byte("value")
	d.apply(engine.Batch{Put: []engine.Pair{{Key: key, Value: value}}})
	copy(key, "xxx")
	copy(value, "xxxxx")
	v := d.view()
	defer v.Close()
	got := v.get("key")
	require.Equal(t, "value", string(got), "the engine must not keep what it was given")
	copy(got, "yyyyy")
	page := v.scan(engine.Range{})
	copy(page.Pairs[0].Key, "zzz")
	copy(page.Pairs[0].Value, "zzzzz")
	require.Equal(t, []string{"key=value"}, v.all(""), "nor give away what it keeps")
}

func testDeleteBeforePut(t *testing.T, p Place) {
	d := p.open(t)
	d.put("a", "old")
	d.apply(engine.Batch{Delete: [][]byte{[]byte("a")}, Put: pairsOf("a", "new")})
	v := d.view()
	defer v.Close()
	require.Equal(t, "new", string(v.get("a")))
}

func testScanBounds(t *testing.T, p Place) {
	d := p.open(t)
	d.put("b", "", "a\xff", "", "a", "", "a\x00", "", "ab", "", "a\xff\xff", "", "A", "", "\xff", "", "\xff\xff", "")
	v := d.view()
	defer v.Close()
	keys := func(prefix, from string) []string {
		list := []string{}
		for _, p := range v.scan(engine.Range{Prefix: []byte(prefix), From: []byte(from)}).Pairs {
			list = append(list, string(p.Key))
		}
		return list
	}
	require.Equal(t, []string{"A", "a", "a\x00", "ab", "a\xff", "a\xff\xff", "b", "\xff", "\xff\xff"}, keys("", ""))
	require.Equal(t, []string{"a", "a\x00", "ab", "a\xff", "a\xff\xff"}, keys("a", ""))
	require.Equal(t, []string{"a\xff", "a\xff\xff"}, keys("a\xff", ""))
	require.Equal(t, []string{"\xff", "\xff\xff"}, keys("\xff", ""))
	require.Equal(t, []string{"ab", "a\xff", "a\xff\xff"}, keys("a", "aa"), "from between two keys")
	require.Equal(t, []string{"ab", "a\xff", "a\xff\xff"}, keys("a", "ab"), "from is included")
	require.Equal(t, []string{"a", "a\x00", "ab", "a\xff", "a\xff\xff"}, keys("a", "A"), "from before the prefix")
	require.Empty(t, keys("a", "b"), "from behind the prefix")
	require.Empty(t, keys("c", ""))
}

// testBackwards scans from the end. One part of what there is has been written before the
// engine was opened, and other keys were overwritten, deleted and added since: so a Badger
// engine has them in files and in memory.
func testBackwards(t *testing.T, p Place) {
	e, err := p.Open()
	require.NoError(t, err)
	d := &driver{t: t, Engine: e}
	d.put("b", "old", "a\xff", "old", "a", "old", "a\x00", "", "ab", "old", "a\xff\xff", "", "A", "", "\xff", "old", "\xff\xff", "", "gone", "", "a\xfe", "gone", "zz", "gone")
	require.NoError(t, e.Close())
	head := d.head
	d = p.open(t)
	d.head, d.batches = head, 100
	d.apply(engine.Batch{Delete: [][]byte{[]byte("gone"), []byte("a\xfe"), []byte("zz")}, Put: pairsOf("a", "", "b", "", "\xff", "")})
	d.put("ab", "2", "a\xff", "2")
	d.put("ab", "", "a\xff", "", "back", "")
	d.apply(engine.Batch{Delete: [][]byte{[]byte("back")}})
	v := d.view()
	defer v.Close()
	d.put("ab", "later", "a\xff\x01", "later", "\xff\xff\xff", "later")
	d.apply(engine.Batch{Delete: [][]byte{[]byte("a")}})
	all := []string{"A", "a", "a\x00", "ab", "a\xff", "a\xff\xff", "b", "\xff", "\xff\xff"}
	for _, test := range []struct {
		why, prefix, from string
		want              []string // in rising order
	}{
		{"all", "", "", all},
		{"a prefix", "a", "", all[1:6]},
		{"a prefix that ends with the highest byte", "a\xff", "", all[4:6]},
		{"the highest byte alone", "\xff", "", all[7:]},
		{"the key itself", "\xff\xff", "", all[8:]},
		{"from between two keys", "a", "aa", all[1:3]},
		{"from between two keys, of all", "", "aa", all[:3]},
		{"from is included", "a", "ab", all[1:4]},
		{"from what was deleted", "", "gone", all[:7]},
		{"from what was deleted within the prefix", "a", "a\xfe", all[1:4]},
		{"from before the prefix", "a", "A", nil},
		{"from behind the prefix", "a", "b", all[1:6]},
		{"from the prefix", "a", "a", all[1:2]},
		{"from above all", "", strings.Repeat("\xff", engine.MaxKey), all},
		{"no such prefix, with keys before", "c", "", nil},
		{"no such prefix, with keys behind", "\x01", "", nil},
		{"only deleted keys", "zz", "", nil},
	} {
		want := []string{}
		for _, key := range test.want {
			want = append(want, key+"=")
		}
		slices.Reverse(want)
		for _, limit := range []int{0, 1, 2, len(want)} {
			r := engine.Range{Prefix: []byte(test.prefix), From: []byte(test.from), Reverse: true, Limit: limit}
			require.Equal(t, want, v.pages(r), "%s, pages of %d", test.why, limit)
		}
	}
}

func testPaging(t *testing.T, p Place) {
	d := p.open(t)
	var want []string
	var b engine.Batch
	for i := range 2*engine.MaxPageKeys + 1 {
		key := fmt.Sprintf("p%05d", i)
		want = append(want, key+"=v")
		b.Put = append(b.Put, pairsOf(key, "v")...)
	}
	b.Put = append(b.Put, pairsOf("q", "behind")...)
	d.apply(b)
	v := d.view()
	defer v.Close()
	require.Equal(t, want, v.all("p"))
	slices.Reverse(want)
	require.Equal(t, want, v.back("p", 0))
	require.Len(t, v.scan(engine.Range{}).Pairs, engine.MaxPageKeys)
	require.Len(t, v.scan(engine.Range{Limit: engine.MaxPageKeys + 1}).Pairs, engine.MaxPageKeys)

	page := v.scan(engine.Range{Prefix: []byte("p"), Limit: 3})
	require.Len(t, page.Pairs, 3)
	require.Equal(t, "p00003", string(page.Next))
	page = v.scan(engine.Range{Prefix: []byte("p"), From: []byte("p01998"), Limit: 3})
	require.Len(t, page.Pairs, 3)
	require.Nil(t, page.Next, "a full page that ends the range has no next")

	page = v.scan(engine.Range{Prefix: []byte("p"), Reverse: true, Limit: 3})
	require.Len(t, page.Pairs, 3)
	require.Equal(t, "p01997", string(page.Next))
	page = v.scan(engine.Range{Prefix: []byte("p"), From: []byte("p00002"), Reverse: true, Limit: 3})
	require.Len(t, page.Pairs, 3)
	require.Nil(t, page.Next, "nor one backwards")
}

func testPageBytes(t *testing.T, p Place) {
	d := p.open(t)
	value := strings.Repeat("v", 1<<19)
	for i := range 20 {
		d.put(fmt.Sprintf("%02d", i), value)
	}
	v := d.view()
	defer v.Close()
	testPagesOf20(t, v, engine.Range{})
	testPagesOf20(t, v, engine.Range{Reverse: true})
}

func testPagesOf20(t *testing.T, v *reader, r engine.Range) {
	pages, keys := 0, 0
	for {
		page := v.scan(r)
		pages++
		keys += len(page.Pairs)
		require.LessOrEqual(t, len(page.Pairs), 9, "4 MiB and the pair that crosses it")
		if page.Next == nil {
			break
		}
		r.From = page.Next
	}
	require.Equal(t, 20, keys)
	require.GreaterOrEqual(t, pages, 3)
}

func testModel(t *testing.T, p Place) {
	d := p.open(t)
	model := map[string]string{}
	key := rapid.StringOfN(rapid.RuneFrom([]rune{'a', 'b', 'ÿ', 0}), 1, 4, -1)
	rapid.Check(t, func(rt *rapid.T) {
		d.t = rt
		puts := rapid.MapOfN(key, rapid.StringN(0, 8, -1), 0, 6).Draw(rt, "puts")
		deletes := rapid.SliceOfN(key, 0, 4).Draw(rt, "deletes")
		var b engine.Batch
		for _, k := range deletes {
			b.Delete = append(b.Delete, []byte(k))
			delete(model, k)
		}
		for k, v := range puts {
			b.Put = append(b.Put, pairsOf(k, v)...)
			model[k] = v
		}
		if d.batches == 255 { // the driver's IDs would repeat
			d.batches = 0
		}
		d.apply(b)

		prefix := rapid.SampledFrom([]string{"", "a", "b", "ab", "ÿ", "\x00"}).Draw(rt, "prefix")
		v := d.view()
		defer v.Close()
		want := modelScan(model, prefix)
		require.Equal(rt, want, v.all(prefix))
		slices.Reverse(want)
		require.Equal(rt, want, v.back(prefix, rapid.IntRange(0, 3).Draw(rt, "limit")))
		probe := key.Draw(rt, "probe")
		value, held := model[probe]
		got := v.get(probe)
		require.Equal(rt, held, got != nil)
		require.Equal(rt, value, string(got))
	})
}

func modelScan(model map[string]string, prefix string) []string {
	keys := []string{}
	for k := range model {
		if strings.HasPrefix(k, prefix) {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b string) int { return bytes.Compare([]byte(a), []byte(b)) })
	for i, k := range keys {
		keys[i] = k + "=" + model[k]
	}
	return keys
}

func testCancelled(t *testing.T, p Place) {
	d := p.open(t)
	d.put("a", "1")
	c, cancel := context.WithCancel(ctx())
	v, err := d.View(c)
	require.NoError(t, err)
	defer v.Close()
	cancel()
	_, err = v.Get([]byte("a"))
	require.ErrorIs(t, err, context.Canceled)
	_, err = v.Scan(engine.Range{})
	require.ErrorIs(t, err, context.Canceled)
	_, err = d.View(c)
	require.ErrorIs(t, err, context.Canceled)
}

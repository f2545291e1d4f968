package enginetest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/storage/engine"
)

func testIsolation(t *testing.T, p Place) {
	d := p.open(t)
	d.put("a", "1", "b", "1")
	before := d.view()
	defer before.Close()
	head := d.head
	d.put("a", "2", "c", "2")
	d.apply(engine.Batch{Delete: [][]byte{[]byte("b")}})
	after := d.view()
	defer after.Close()

	require.Equal(t, []string{"a=1", "b=1"}, before.all(""))
	require.Equal(t, []string{"a=2", "c=2"}, after.all(""))
	seen, err := before.Head()
	require.NoError(t, err)
	require.Equal(t, head, seen)
	require.Equal(t, "1", string(before.get("a")))
	require.Nil(t, before.get("c"))
}

func testConcurrentViews(t *testing.T, p Place) {
	const keys, rounds, readers = 20, 60, 3
	d := p.open(t)
	round := func(n int) engine.Batch {
		var b engine.Batch
		for k := range keys {
			b.Put = append(b.Put, pairsOf(fmt.Sprintf("%02d", k), fmt.Sprint(n))...)
		}
		return b
	}
	d.apply(round(0))
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range readers {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				v, err := d.View(ctx())
				if !assert.NoError(t, err) {
					return
				}
				one, err := v.Get([]byte("07"))
				assert.NoError(t, err)
				page, err := v.Scan(engine.Range{})
				assert.NoError(t, err)
				assert.Len(t, page.Pairs, keys)
				for _, pair := range page.Pairs {
					assert.Equal(t, string(one), string(pair.Value), "a view shows one batch")
				}
				v.Close()
			}
		})
	}
	for n := range rounds {
		d.apply(round(n + 1))
	}
	close(done)
	wg.Wait()
}

func testExpect(t *testing.T, p Place) {
	d := p.open(t)
	wrong := engine.Batch{ID: d.id(), Expect: engine.BatchID{1}, Put: pairsOf("a", "1")}
	require.ErrorIs(t, d.Apply(ctx(), wrong), engine.ErrMoved)
	d.put("a", "2")
	stale := engine.Batch{ID: d.id(), Put: pairsOf("a", "3"), Delete: [][]byte{[]byte("a")}}
	require.ErrorIs(t, d.Apply(ctx(), stale), engine.ErrMoved)
	v := d.view()
	defer v.Close()
	require.Equal(t, []string{"a=2"}, v.all(""))
	head, err := v.Head()
	require.NoError(t, err)
	require.Equal(t, d.head, head)
}

func testRace(t *testing.T, p Place) {
	const writers = 8
	d := p.open(t)
	for round := range 5 {
		errs := make([]error, writers)
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				errs[w] = d.Apply(ctx(), engine.Batch{
					ID: engine.BatchID{byte(round + 1), byte(w + 1)}, Expect: d.head, Put: pairsOf("winner", fmt.Sprint(w)),
				})
			})
		}
		wg.Wait()
		winner := -1
		for w, err := range errs {
			if err == nil {
				require.Equal(t, -1, winner, "two batches took the same head")
				winner = w
				continue
			}
			require.ErrorIs(t, err, engine.ErrMoved)
		}
		require.NotEqual(t, -1, winner, "no batch took the head")
		d.head = engine.BatchID{byte(round + 1), byte(winner + 1)}
		v := d.view()
		require.Equal(t, fmt.Sprint(winner), string(v.get("winner")))
		v.Close()
	}
}

func testHead(t *testing.T, p Place) {
	d := p.open(t)
	for range 3 {
		d.put("a", "1")
		v := d.view()
		head, err := v.Head()
		require.NoError(t, err)
		require.Equal(t, d.head, head)
		v.Close()
	}
	d.apply(engine.Batch{})
	v := d.view()
	defer v.Close()
	head, err := v.Head()
	require.NoError(t, err)
	require.Equal(t, d.head, head, "a batch without keys moves the head")
}

func testLargest(t *testing.T, p Place) {
	d := p.open(t)
	record := strings.Repeat("r", engine.MaxRecord-1)
	d.put("r", record)

	var many engine.Batch
	each := engine.MaxBatchBytes/engine.MaxBatchKeys - len("k00000")
	for i := range engine.MaxBatchKeys {
		many.Put = append(many.Put, pairsOf(fmt.Sprintf("k%05d", i), strings.Repeat("v", each))...)
	}
	d.apply(many)

	var heavy engine.Batch
	for i := range 4 {
		heavy.Put = append(heavy.Put, pairsOf(fmt.Sprintf("h%d", i), strings.Repeat("v", engine.MaxBatchBytes/4-2))...)
	}
	d.apply(heavy)

	v := d.view()
	defer v.Close()
	require.True(t, bytes.Equal([]byte(record), v.get("r")))
	require.Len(t, v.all("k"), engine.MaxBatchKeys)
	require.Len(t, v.all("h"), 4)
}

func testTooLarge(t *testing.T, p Place) {
	d := p.open(t)
	big := strings.Repeat("v", engine.MaxRecord)
	var keys, heavy engine.Batch
	for i := range engine.MaxBatchKeys {
		keys.Put = append(keys.Put, pairsOf(fmt.Sprint(i), "")...)
	}
	keys.Delete = [][]byte{[]byte("one more")}
	for i := range 5 {
		heavy.Put = append(heavy.Put, pairsOf(fmt.Sprint(i), big[:engine.MaxRecord-1])...)
	}
	for name, b := range map[string]engine.Batch{
		"record":     {Put: pairsOf("a", "1", "r", big)},
		"long key":   {Put: pairsOf("a", "1", strings.Repeat("k", engine.MaxKey+1), "")},
		"no key":     {Put: pairsOf("a", "1", "", "")},
		"delete key": {Delete: [][]byte{[]byte("a"), {}}},
		"keys":       keys,
		"bytes":      heavy,
	} {
		b.ID = d.id()
		require.ErrorIs(t, d.Apply(ctx(), b), engine.ErrTooLarge, name)
	}
	v := d.view()
	defer v.Close()
	require.Empty(t, v.all(""))
}

func testClosed(t *testing.T, p Place) {
	d := p.open(t)
	d.put("a", "1")
	v := d.view()
	defer v.Close()
	require.NoError(t, d.Close())
	require.NoError(t, d.Close(), "closing twice does nothing")

	_, err := d.View(ctx())
	require.ErrorIs(t, err, engine.ErrClosed)
	require.ErrorIs(t, d.Apply(ctx(), engine.Batch{ID: d.id(), Expect: d.head}), engine.ErrClosed)
	_, err = v.Get([]byte("a"))
	require.ErrorIs(t, err, engine.ErrClosed)
	_, err = v.GetMany([][]byte{[]byte("a")})
	require.ErrorIs(t, err, engine.ErrClosed)
	_, err = v.Scan(engine.Range{})
	require.ErrorIs(t, err, engine.ErrClosed)
	_, err = v.Head()
	require.ErrorIs(t, err, engine.ErrClosed)
	v.Close()
	v.Close()
}

func testCloseUnderReaders(t *testing.T, p Place) {
	d := p.open(t)
	d.put("a", "1")
	var wg sync.WaitGroup
	reading := make(chan struct{}, 4)
	for range 4 {
		wg.Go(func() {
			for first := true; ; first = false {
				v, err := d.View(ctx())
				if err == nil {
					_, err = v.Scan(engine.Range{})
					v.Close()
				}
				if err != nil {
					assert.True(t, errors.Is(err, engine.ErrClosed), "%v", err)
					return
				}
				if first {
					reading <- struct{}{}
				}
			}
		})
	}
	for range 4 {
		<-reading
	}
	require.NoError(t, d.Close())
	wg.Wait()
}

func testReopen(t *testing.T, p Place) {
	d := p.open(t)
	d.put("a", "1", "b", "")
	d.apply(engine.Batch{Delete: [][]byte{[]byte("b")}, Put: pairsOf("c", "3")})
	require.NoError(t, d.Close())

	again := p.open(t)
	v := again.view()
	require.Equal(t, []string{"a=1", "c=3"}, v.all(""))
	head, err := v.Head()
	require.NoError(t, err)
	require.Equal(t, d.head, head)
	v.Close()
	again.head, again.batches = d.head, d.batches
	again.put("a", "2")
}

func testInUse(t *testing.T, p Place) {
	d := p.open(t)
	d.put("a", "1")
	_, err := p.Open()
	require.ErrorIs(t, err, engine.ErrInUse)
	d.put("a", "2")
	require.NoError(t, d.Close())
	again := p.open(t)
	v := again.view()
	defer v.Close()
	require.Equal(t, []string{"a=2"}, v.all(""))
}

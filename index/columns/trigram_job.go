package columns

import "slices"

// gramJob makes one segment, beside changes: it is taken and put in place under the
// table's lock, and built without it. An index has one job at a time.
type gramJob struct {
	index    *trigrams
	keys     someKeys  // as they were when it was taken, of all codes of the segment
	from, to int       // the segments that it replaces
	replaced []segment // those segments as they were
	made     segment
	changed  []uint32 // codes of the segment that were given to other keys meanwhile
}

// someKeys are the keys of some codes as they were at one moment.
type someKeys struct {
	arena      arena
	first, end uint32
	refs       []uint32
}

func (d *dictionary) someKeys(first, end uint32) someKeys {
	return someKeys{arena{chunks: slices.Clone(d.arena.chunks)}, first, end, slices.Clone(d.refs[first:end])}
}

func (k *someKeys) key(code uint32) string { return k.arena.first(k.refs[code-k.first]) }

func (k *someKeys) used(code uint32) bool { return k.refs[code-k.first] != noRef }

// due reports whether there is a job to do.
func (t *trigrams) due(d *dictionary) bool {
	return t != nil && t.job == nil && (t.worn || t.joins() || d.size()-int(t.indexed()) >= t.batch)
}

// take returns the next job, nil for none: to join the last two segments, to
// renew one whose codes have changed, or to index a batch of new codes.
func (t *trigrams) take(d *dictionary) *gramJob {
	if !t.due(d) {
		return nil
	}
	switch n := len(t.segments); {
	case t.joins():
		t.job = t.replace(d, n-2, n)
	case t.worn:
		i := slices.IndexFunc(t.segments, func(s segment) bool { return s.worn() })
		if i < 0 {
			t.worn = false
			return t.take(d)
		}
		t.job = t.replace(d, i, i+1)
	default:
		t.job = &gramJob{index: t, from: n, to: n, keys: d.someKeys(t.indexed(), uint32(d.size()))}
	}
	return t.job
}

// joins reports whether the last two segments are to be joined: down to one
// that is large enough for the next.
func (t *trigrams) joins() bool {
	n := len(t.segments)
	if n < 2 {
		return false
	}
	a, b := &t.segments[n-2], &t.segments[n-1]
	return a.end-a.first < joinedShare*(b.end-b.first) && len(a.postings)+len(b.postings) <= t.most
}

// replace returns the job that makes one segment of some.
func (t *trigrams) replace(d *dictionary, from, to int) *gramJob {
	j := &gramJob{index: t, from: from, to: to, replaced: slices.Clone(t.segments[from:to])}
	for i := range j.replaced {
		j.replaced[i].changed = slices.Clone(j.replaced[i].changed)
	}
	j.keys = d.someKeys(j.replaced[0].first, j.replaced[len(j.replaced)-1].end)
	return j
}

// build makes the segment.
func (j *gramJob) build() {
	if len(j.replaced) == 0 {
		var b segmentBuilder
		j.made = b.build(&j.keys, j.keys.first, j.keys.end)
		return
	}
	for i := range j.replaced {
		j.replaced[i].renew(&j.keys)
	}
	j.made = j.replaced[0]
	for i := range j.replaced[1:] {
		j.made = merged(&j.made, &j.replaced[i+1])
	}
}

// put puts the segment in its place.
func (j *gramJob) put() {
	for _, code := range j.changed {
		j.made.change(code)
	}
	t := j.index
	t.segments = slices.Replace(t.segments, j.from, j.to, j.made)
	t.ever = max(t.ever, len(t.segments))
	t.worn = t.worn || j.made.worn()
	t.job = nil
}

// gramIndexes yields what a column has of trigrams.
func (t *textColumn) gramIndexes(yield func(*trigrams, *dictionary) bool) {
	_ = yield(t.trigrams, t.folds) && (t.words == nil || yield(t.words.trigrams, t.words.keys))
}

// nextJob returns a job of any column, nil for none. The caller holds the lock.
func (t *Tables) nextJob() *gramJob {
	for c := range t.texts() {
		for index, keys := range c.gramIndexes {
			if job := index.take(keys); job != nil {
				return job
			}
		}
	}
	return nil
}

// jobsDue reports whether there are jobs. The caller holds the lock.
func (t *Tables) jobsDue() bool {
	for c := range t.texts() {
		for index, keys := range c.gramIndexes {
			if index.due(keys) {
				return true
			}
		}
	}
	return false
}

// tend does the jobs that changes have left. Whoever made the changes calls it,
// without the lock.
func (t *Tables) tend() {
	t.tending.Lock()
	defer t.tending.Unlock()
	for {
		t.mu.Lock()
		job := t.nextJob()
		t.mu.Unlock()
		if job == nil {
			return
		}
		job.build()
		t.mu.Lock()
		job.put()
		t.mu.Unlock()
	}
}

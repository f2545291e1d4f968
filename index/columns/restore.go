package columns

func (t *textColumn) parts() []part {
	parts := []part{t.folds, &t.codes, &t.spelled, variantParts{t}}
	if t.trigrams != nil {
		parts = append(parts, gramParts{t.trigrams})
	}
	return parts
}

// restore puts every row under its code again and counts spellings.
func (t *textColumn) restore() error {
	t.rows = newPostings(&t.codes, t.folds.size(), t.folds.used)
	t.present = t.codes.present()
	for code, v := range t.variants {
		if !t.folds.used(code) || t.rows.count(code) == 0 || len(v.texts) == 0 || v.texts[0] != t.spelling(code, 0) {
			delete(t.variants, code)
			continue
		}
		v.rows[0] = uint32(t.rows.count(code))
	}
	t.spelled.rows(func(row, index uint32) uint32 {
		v := t.variants[t.codes.get(row)]
		if v == nil || int(index) >= len(v.texts) {
			return 0
		}
		v.rows[0]--
		v.rows[index]++
		return index
	})
	if err := t.folds.reindex(func(code uint32) bool { return t.rows.count(code) > 0 }); err != nil {
		return err
	}
	if t.trigrams != nil {
		t.trigrams.restore(t.folds)
	}
	t.tails.restore(t.folds)
	t.words.restore(t)
	return nil
}

func (s *setColumn) parts() []part { return []part{s.sets, s.spellings, &s.codes} }

// restore puts every row under the members of its set again.
func (s *setColumn) restore() error {
	s.holders = s.codes.counts(s.sets.size(), func(set uint32) bool { return s.sets.used(set) && s.sound(s.sets.key(set)) })
	if err := s.sets.reindex(func(set uint32) bool { return s.holders[set] > 0 }); err != nil {
		return err
	}
	if err := s.restoreLabels(); err != nil {
		return err
	}
	s.restoreRows()
	return nil
}

// restoreRows puts every row under the members of its set. The holders of each set are known.
func (s *setColumn) restoreRows() {
	members := newCodeLists(s.sets.size(), s.sets.size()) // by set
	for set := range uint32(s.sets.size()) {
		if s.sets.used(set) {
			for spelling := range s.labels(set) {
				members.add(s.member[spelling])
			}
		}
		members.close()
	}
	s.rows = members.postings(&s.codes, s.holders, s.members.size())
	s.present = s.codes.present()
}

// sound reports whether a set names labels that there are.
func (s *setColumn) sound(key string) bool {
	if key == "" {
		return false
	}
	for len(key) > 0 {
		spelling, n := uvarint(key)
		if !s.spellings.used(spelling) {
			return false
		}
		key = key[n:]
	}
	return true
}

// restoreLabels makes the members of the labels that some set has.
func (s *setColumn) restoreLabels() error {
	s.users = make([]uint32, s.spellings.size())
	s.spelled = make([]uint32, s.spellings.size())
	s.member = make([]uint32, s.spellings.size())
	for set := range uint32(s.sets.size()) {
		if s.sets.used(set) {
			for spelling := range s.labels(set) {
				s.users[spelling]++
			}
			s.spell(set, s.holders[set])
		}
	}
	for spelling, users := range s.users {
		if users > 0 {
			s.belong(uint32(spelling))
		}
	}
	return s.spellings.reindex(func(spelling uint32) bool { return s.users[spelling] > 0 })
}

func (c *numberColumn) parts() []part { return []part{c} }

func (c *numberColumn) restore() error {
	c.sketch()
	return nil
}

// sketch makes the sketches anew.
func (c *numberColumn) sketch() {
	c.sketches = make([]sketch, len(c.blocks))
	for i := range c.blocks {
		if c.blocks[i].sketched() && !c.inner {
			c.sketches[i].make(c.form, &c.blocks[i])
		}
	}
}

func (c *checkboxColumn) parts() []part { return []part{bitmapParts{c.yes}, bitmapParts{c.no}} }

// restore leaves the bitmaps as they are: a torn row that is in both is
// written again.
func (c *checkboxColumn) restore() error { return nil }

// Package filtertest draws worlds to test an evaluation of filters in: a
// schema, contacts, companies, saved segments and a frozen present, with
// checked filters over them, for pgregory.net/rapid. They are drawn to hurt:
// missing values, text of many scripts and foldings, numbers at their limits,
// moments on both sides of every bound that a filter may have, days that a
// zone skips or doubles.
//
// A property test of an evaluation looks like this:
//
//	coverage := filtertest.NewCoverage()
//	rapid.Check(t, func(t *rapid.T) {
//		w := filtertest.Draw(t, 60)
//		columns := load(w.Schema, w.Companies, w.Contacts)
//		for range 10 {
//			f := w.Filter(t) // nested groups of any rules
//			require.Equal(t, w.Matching(f), columns.Evaluate(f, w.Env), f)
//			coverage.Record(w, f)
//		}
//		for _, f := range w.EveryOperator(t) { // one rule each
//			...
//		}
//	})
//	require.Empty(t, coverage.Gaps())
//
// Gaps lists the cells of field type x operator x situation that were never
// met, so that the test cannot pass by luck of the draw.
package filtertest

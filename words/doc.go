// Package words knows text as people write it: the fold under which texts compare, the words
// and spellings of them that search looks for, and what shows nothing. It imports nothing of
// ours but what lies below it: script, the readings of other writing systems, and memo.
package words

// Package script knows how words of other scripts are read in Latin letters.
//
// There is hardly ever one way: محمد is Mohammed, Muhammad and Mehmed, 陳 is
// Chen, Chan and Tan. So a word is a lattice: each of its letters, or groups of
// them, with all the spellings that people write for it, the usual ones first.
// Latin letters fit a word as well as the cheapest path through its lattice
// fits them (Lattice.Distance).
//
// To find the words that may fit at all, both sides have keys: the consonants,
// as classes of those that spellings confuse. A Latin word has one (KeyOf), a
// word of another script one for each class that its letters may be written in
// (Lattice.Keys).
//
// The tables of letters are text files: a letter or group, a colon, spellings;
// those behind a bar cost 1, behind two bars 2, and so on; "-" is nothing; ^
// before letters binds them to the beginning of a word, $ behind them to its
// end. Letters stand in them as words.SearchTokens folds them.
package script

// Package script knows how words of other scripts are read in Latin letters.
//
// Most words have several readings: محمد is Mohammed, Muhammad and Mehmed, 陳 is Chen,
// Chan and Tan. So a word is a lattice. For each of its letters, or groups of letters,
// the lattice has all spellings that people write, the usual ones first. Latin letters
// fit a word as well as they fit the cheapest path through its lattice
// (Lattice.Distance).
//
// Keys find the words that may fit. A key is the consonants of a word, as classes of
// consonants that spellings confuse. A Latin word has one key (KeyOf). A word of
// another script has one for each class that its letters may be written in
// (Lattice.Keys).
//
// The tables are text files. A line has a letter or a group, a colon, and its
// spellings. Spellings after a bar cost 1, after two bars 2, and so on. "-" means that
// nothing is written. ^ before the letters means only at the beginning of a word, $
// after them only at its end. Letters are folded as words.SearchTokens folds them.
package script

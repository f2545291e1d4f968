// Package words handles text as people write it. It has the fold under which texts
// compare, the words of a text with the spellings under which search finds them, and
// rules for characters that show nothing. Of Kundi's packages it imports only script
// (how other scripts are read) and memo.
package words

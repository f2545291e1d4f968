// Package text is the part of the index that finds records by their words: for each
// kind that has words, a Bleve index (scorch) that follows the store's log.
//
// One document is one record, its id the four bytes of the ordinal. A
// document has only terms: nothing is stored, scored or counted, so Bleve is
// asked for exact terms and answers with sets of documents, which a Reader
// joins. What a term means is decided here, see Field; how terms become an
// answer is decided by the search above.
//
// The id of a record that belongs to another has the owner's ordinal before its own.
// Its document stands for a row of the columns: that of the owner, or its own. A
// Reader answers rows, and whoever asks leaves out those that are not there.
//
// One goroutine writes. It reads the log behind the newest change it has
// applied, coalesces by record, reads the present records and writes them
// together with that change's number in one batch, so the index is always as
// of a known change. A batch is found at once and durable within some seconds;
// after a crash the log is read again from the change that was durable.
package text

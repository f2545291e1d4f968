package api

// What is said to somebody who sends words to what takes none, by the name that the
// words were sent under.
var (
	peopleElsewhere = wordsElsewhere("is not taken here: GET /v1/contacts/search?q= finds contacts by words, among those who pass a filter")
	memberElsewhere = wordsElsewhere("is not taken here: GET /v1/contacts/search?q= finds contacts by words, among the members of a segment with a filter on the field segment")
	firmsElsewhere  = wordsElsewhere("is not taken here: POST /v1/companies/search finds companies by words, among those who pass a filter, and GET /v1/search?q= among all")
	ofThemElsewhere = wordsElsewhere("is not taken here: GET /v1/contacts/search?q= finds contacts by words, among those of a company with a filter on the field company_id")
)

// wordsElsewhere says one thing of every name that people try for words.
func wordsElsewhere(detail string) map[string]string {
	return map[string]string{"q": detail, "query": detail, "search": detail}
}

// wordsAre says under which name an operation takes words: see wire.Operation.Called.
func wordsAre(name string) map[string]string {
	names := wordsElsewhere(name)
	delete(names, name)
	return names
}

package api

import (
	"context"
	"net/http"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/search"
)

type suggestInput struct {
	Q      string `query:"q" doc:"What has been typed so far: any scraps of names, e-mail, phone, company or identifier. Blank: nobody." maxLength:"1000" required:"true" example:"amina y"`
	Limit  int    `query:"limit" doc:"How many people." minimum:"1" maximum:"10" default:"8"`
	MinSeq uint64 `query:"min_seq" doc:"A Kundi-Seq that the answer must reflect, as in a search."`
}

type suggestBody struct {
	Suggestions []suggestionBody `json:"suggestions" doc:"The likeliest first."`
	TookMS      float64          `json:"took_ms" doc:"How long the server took, in milliseconds."`
	Seq         uint64           `json:"seq" doc:"The newest change that the answer reflects."`
}

// suggestionBody is what it takes to recognise a person in a line.
type suggestionBody struct {
	ID         string                    `json:"id" format:"uuid"`
	Name       string                    `json:"name,omitempty" example:"Amina Yusuf"`
	Email      string                    `json:"email,omitempty" example:"amina@example.org"`
	Phone      string                    `json:"phone,omitempty" example:"+254712345678"`
	Company    string                    `json:"company,omitempty" doc:"The name of the company." example:"Maji Safi Ltd"`
	Blocked    bool                      `json:"blocked,omitempty" doc:"Whoever this is shall not be served; absent when not so."`
	Highlights []suggestionHighlightBody `json:"highlights" doc:"Why the person is suggested."`
}

type suggestionHighlightBody struct {
	Field  string   `json:"field" doc:"As in a search." example:"name"`
	Way    string   `json:"way" doc:"How it matches, as in a search." enum:"exact,prefix,nickname,sound,typo,fragment,form,digits"`
	Ranges [][2]int `json:"ranges" doc:"Where in the value: from and up to, in Unicode characters."`
	Value  string   `json:"value" doc:"The value of the field, also of one that is not shown, such as the identifier." example:"Amina Yusuf"`
}

func (s *server) registerSuggest() {
	wire.Register(s.Server, wire.Operation{
		ID: "suggest-contacts", Called: wordsAre("q"), Method: http.MethodGet, Path: "/v1/contacts/suggest", Heavy: true, Tag: "contacts",
		Summary: "Suggest contacts while a text is typed",
		About:   "One small answer a keystroke: people in the order of a search, with what it takes to recognise them. It counts nobody and looks for typos only when hardly anybody is found without. One letter suggests those whose name begins with it, the last seen first.",
	}, s.suggestContacts)
}

func (s *server) suggestContacts(ctx context.Context, in *suggestInput) (wire.Answer[suggestBody], error) {
	began := s.now()
	if err := s.checkMinSeq(in.MinSeq); err != nil {
		return wire.Answer[suggestBody]{}, err
	}
	if err := s.waitFor(ctx, in.MinSeq); err != nil {
		return wire.Answer[suggestBody]{}, err
	}
	found, err := s.index.Suggest(ctx, search.SuggestQuery{Text: in.Q, Limit: in.Limit})
	if err != nil {
		return wire.Answer[suggestBody]{}, err
	}
	body := suggestBody{Seq: found.Seq}
	body.Suggestions, err = s.suggestions(ctx, found.Hits)
	body.TookMS = s.elapsed(began)
	return wire.Answer[suggestBody]{Body: body}, err
}

// suggestions writes those of the contacts found that still exist.
func (s *server) suggestions(ctx context.Context, found []fields.Hit) ([]suggestionBody, error) {
	people, err := s.people(ctx, ordinalsOf(found))
	if err != nil {
		return nil, err
	}
	schema := s.records.Schema()
	list := make([]suggestionBody, 0, len(people))
	for i, p := range people {
		if p.contact == nil {
			continue
		}
		c := p.contact
		suggestion := suggestionBody{ID: c.ID.String(), Name: c.Name, Email: c.Email, Phone: c.Phone, Blocked: c.Blocked, Highlights: []suggestionHighlightBody{}}
		if p.company != nil {
			suggestion.Company = p.company.Name
		}
		for _, h := range highlights(schema, p, found[i].Highlights) {
			suggestion.Highlights = append(suggestion.Highlights, suggestionHighlightBody{
				Field: h.Field, Way: h.Way, Ranges: h.Ranges, Value: p.text(schema, h.Field),
			})
		}
		list = append(list, suggestion)
	}
	return list, nil
}

package api

import (
	"context"
	"math"
	"net/http"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/index/search"
	"github.com/ndoto/kundi/ledger"
)

type similarInput struct {
	Body similarInputBody `body:"json"`
}

type similarInputBody struct {
	Name       string `json:"name,omitempty" doc:"Composed of first_name and last_name when absent." maxLength:"500" example:"Bob Whitfield"`
	FirstName  string `json:"first_name,omitempty" maxLength:"200"`
	LastName   string `json:"last_name,omitempty" maxLength:"200"`
	Email      string `json:"email,omitempty" doc:"May be unfinished." example:"amina@example.org"`
	Phone      string `json:"phone,omitempty" doc:"In any form; may be unfinished." example:"0712 345678"`
	Identifier string `json:"identifier,omitempty" maxLength:"255"`
	Company    string `json:"company,omitempty" doc:"The name of the company." maxLength:"255"`
	City       string `json:"city,omitempty" maxLength:"200"`
	Exclude    string `json:"exclude,omitempty" doc:"The id of a contact that is not asked about: the one that is being edited; empty for none."`
	Limit      int    `json:"limit,omitempty" doc:"How many contacts." minimum:"1" maximum:"20" default:"5"`
	MinSeq     uint64 `json:"min_seq,omitempty" doc:"A Kundi-Seq that the answer must reflect, as in a search."`
}

type similarBody struct {
	Hits   []similarHitBody `json:"hits" doc:"The likely duplicates, the likeliest first; nobody with a score below 0.5."`
	TookMS float64          `json:"took_ms" doc:"How long the server took, in milliseconds."`
	Seq    uint64           `json:"seq" doc:"The newest change that the answer reflects."`
}

type similarHitBody struct {
	Contact contactBody  `json:"contact"`
	Score   float64      `json:"score" doc:"The probability that it is the same person: from 0.5 likely, from 0.95 as good as certain." minimum:"0" maximum:"1" example:"0.985"`
	Reasons []reasonBody `json:"reasons" doc:"What speaks for it and against it, by field, the weightiest first."`
}

type reasonBody struct {
	Field string  `json:"field" doc:"As in the highlights of a search: it may be absorbed[0].email." example:"email"`
	Way   string  `json:"way" doc:"How the values agree: form is the same in another form, local_part the part of an e-mail before the @. Or that they differ." enum:"exact,form,typo,local_part,nickname,sound,prefix,different"`
	Bits  float64 `json:"bits" doc:"The weight: the logarithm to base 2 of the odds it gives, negative against. See docs/relevance.md." example:"6.6"`
}

func (s *server) registerSimilar() {
	wire.Register(s.Server, wire.Operation{
		ID: "similar-contacts", Method: http.MethodPost, Path: "/v1/contacts/similar", Heavy: true, Tag: "contacts",
		Summary: "Find likely duplicates of a contact in the making",
		About:   "Takes what has been filled into a form so far and answers the contacts that are more likely than not the same person, with the reasons. Nothing is written. A common name alone is no reason.",
	}, s.similarContacts)
}

func (s *server) similarContacts(ctx context.Context, in *similarInput) (wire.Answer[similarBody], error) {
	began := s.now()
	b := &in.Body
	sketch, faults := contacts.CheckSketch(s.records.Schema(), contacts.Sketch{
		Name: b.Name, FirstName: b.FirstName, LastName: b.LastName, Email: b.Email, Phone: b.Phone,
		Identifier: b.Identifier, Company: b.Company, City: b.City,
	})
	exclude, err := uuid.Parse(b.Exclude)
	if b.Exclude != "" && err != nil {
		faults = append(faults, fault.Fault{Path: "exclude", Detail: "must be the id of a contact"})
	}
	if err := fault.Invalid("invalid-contact", "The contact is not valid.", faults); err != nil {
		return wire.Answer[similarBody]{}, err
	}
	if err := s.checkMinSeq(b.MinSeq); err != nil {
		return wire.Answer[similarBody]{}, err
	}
	if err := s.waitFor(ctx, b.MinSeq); err != nil {
		return wire.Answer[similarBody]{}, err
	}
	// One more, for the one that is left out.
	found, err := s.index.Similar(ctx, search.SimilarQuery{Sketch: sketch, Limit: b.Limit + 1})
	if err != nil {
		return wire.Answer[similarBody]{}, err
	}
	body := similarBody{Seq: found.Seq}
	if body.Hits, err = s.similarHits(ctx, found.Hits, exclude); err != nil {
		return wire.Answer[similarBody]{}, err
	}
	body.Hits = body.Hits[:min(b.Limit, len(body.Hits))]
	body.TookMS = s.elapsed(began)
	return wire.Answer[similarBody]{Body: body}, nil
}

// similarHits writes those of the contacts found that still exist, but one.
func (s *server) similarHits(ctx context.Context, found []search.Likeness, exclude ledger.ID) ([]similarHitBody, error) {
	ordinals := make([]uint32, len(found))
	for i := range found {
		ordinals[i] = found[i].Ordinal
	}
	people, err := s.people(ctx, ordinals)
	if err != nil {
		return nil, err
	}
	render := newRenderer(s.records.Schema())
	hits := make([]similarHitBody, 0, len(people))
	for i, p := range people {
		if p.contact == nil || p.contact.ID == exclude {
			continue
		}
		hit := similarHitBody{Contact: render.person(p), Score: rounded(found[i].Score, 3)}
		for _, r := range found[i].Reasons {
			hit.Reasons = append(hit.Reasons, reasonBody{Field: r.Field, Way: r.Way, Bits: rounded(r.Bits, 1)})
		}
		hits = append(hits, hit)
	}
	return hits, nil
}

// rounded returns a number rounded to the given number of decimals.
func rounded(n float64, decimals int) float64 {
	unit := math.Pow10(decimals)
	return math.Round(n*unit) / unit
}

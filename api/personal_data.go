package api

import (
	"bytes"
	"context"
	"io"
	"iter"
	"net/http"
	"time"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/dossier"
	"github.com/ndoto/kundi/ledger"
)

// Dossiers have everything that is stored about a person.
type Dossiers interface {
	Open(ctx context.Context, id ledger.ID) (*dossier.Dossier, error)
}

// personalDataTime is how long an answer may take. The state of the store that it is of is kept
// until then.
const personalDataTime = time.Hour

type personalDataInput struct {
	ID ledger.ID `path:"id" noun:"contact" doc:"The id of the contact."`
}

// personalDataBody is everything that is stored about a person. It describes what is written piece
// by piece, see dossierText.
type personalDataBody struct {
	At            string                 `json:"at" format:"date-time" doc:"When it was asked for."`
	Seq           uint64                 `json:"seq" doc:"The sequence number of the newest change that it shows."`
	Contact       contactBody            `json:"contact" doc:"Also with the values of archived attributes. What follows from its conversations is not in it: channels and last_seen_at are those that were sent."`
	History       []personalChange       `json:"history" doc:"Every change that is kept, contact by contact, the newest first."`
	Merges        []personalMerge        `json:"merges" doc:"What is kept of the merges, so that they can be undone."`
	Blocks        []personalBlock        `json:"blocks" doc:"The addresses that stay blocked if the contact is deleted."`
	Consent       []consentBody          `json:"consent" doc:"What the contact has said, channel by channel; nothing of others."`
	Suppressions  []personalSuppression  `json:"suppressions" doc:"Why nothing is sent to some of its addresses."`
	Conversations []personalConversation `json:"conversations"`
	Notes         []personalNote         `json:"notes"`
	Quarantine    []heldBody             `json:"quarantine" doc:"The messages that are kept aside."`
	Events        []personalEvent        `json:"campaign_events" doc:"What campaigns have reported."`
	SegmentEvents []personalSegmentEvent `json:"segment_events" doc:"The watched segments that the contact entered and left within 90 days."`
}

// personalChange is a change in the history of a person.
type personalChange struct {
	ContactID string           `json:"contact_id" format:"uuid" doc:"Whose change it was: of a contact that was absorbed, its own id."`
	Change    historyEntryBody `json:"change"`
}

// personalMerge is what is kept of a merge.
type personalMerge struct {
	ContactID string      `json:"contact_id" format:"uuid" doc:"Of the contact that was absorbed."`
	MergeID   string      `json:"merge_id" format:"uuid"`
	MergedAt  string      `json:"merged_at" format:"date-time"`
	Absorbed  contactBody `json:"absorbed" doc:"That contact as it was."`
	Before    contactBody `json:"before" doc:"The contact that absorbed it, as it was before."`
	After     contactBody `json:"after" doc:"The same after the merge."`
}

// personalBlock is an address that stays blocked.
type personalBlock struct {
	Field  string `json:"field,omitempty" enum:"email,phone,identifier,identity" doc:"Absent, as the value, of an address that the contact has no more: only a keyed hash is kept."`
	Value  string `json:"value,omitempty" doc:"Of an identity, channel:source_id."`
	KeptAt string `json:"kept_at" format:"date-time" doc:"Since when it stays blocked."`
	Until  string `json:"until,omitempty" format:"date-time" doc:"When it is blocked no more; absent when that is never."`
}

// personalSuppression is why nothing is sent to an address.
type personalSuppression struct {
	Address     string          `json:"address" doc:"As it is compared."`
	Suppression suppressionBody `json:"suppression"`
}

// personalConversation is a conversation with all its messages.
type personalConversation struct {
	Conversation conversationBody `json:"conversation"`
	Messages     []messageBody    `json:"messages" doc:"The oldest first."`
}

// personalNote is a note with all its texts.
type personalNote struct {
	Note     noteBody          `json:"note"`
	Versions []noteVersionBody `json:"versions" doc:"The newest first."`
}

// personalEvent is what a campaign has reported.
type personalEvent struct {
	ID         string `json:"id" format:"uuid"`
	Campaign   string `json:"campaign"`
	Kind       string `json:"kind" enum:"delivered,opened,clicked,bounced,replied,failed"`
	At         string `json:"at" format:"date-time"`
	AudienceID string `json:"audience_id" format:"uuid" doc:"The audience may have been deleted since."`
	Row        uint32 `json:"row"`
}

// personalSegmentEvent is a watched segment that the person entered or left.
type personalSegmentEvent struct {
	ID    string       `json:"id" format:"uuid" doc:"The same for events that were stored together."`
	Event entrySegment `json:"event"`
}

func (s *server) registerPersonalData() {
	wire.Register(s.Server, wire.Operation{
		ID: "get-personal-data", Method: http.MethodGet, Path: "/v1/contacts/{id}/personal-data", Heavy: true, Tag: "contacts",
		Headers: []string{wire.DispositionHeader},
		Summary: "Everything that is stored about a person",
		About: "One file, for a person who asks what is known of them: the contact with those it has absorbed, their history, merges, blocks, consent, suppressions, conversations with all messages, notes with all versions, messages that are kept aside, what campaigns have reported, and the watched segments that it entered and left. " +
			"It shows one moment, whatever is written meanwhile. It may be large, and is sent as it is read: an answer that breaks off is not whole, and no JSON.",
	}, s.getPersonalData)
}

func (s *server) getPersonalData(ctx context.Context, in *personalDataInput) (wire.Answer[personalDataBody], error) {
	c, _, err := s.contacts.Get(ctx, in.ID)
	if err != nil {
		return wire.Answer[personalDataBody]{}, err
	}
	s.logger.InfoContext(ctx, "personal data was asked for", "contact", c.ID, wire.LogAttr(wire.PrincipalOf(ctx)))
	at := wire.Instant(s.now())
	return wire.Answer[personalDataBody]{Stream: &wire.Stream{
		Media: wire.JSONMedia, Header: map[string]string{wire.DispositionHeader: `attachment; filename="contact-` + c.ID.String() + `.json"`},
		Write: func(ctx context.Context, w io.Writer) error { return s.writePersonalData(ctx, w, c.ID, at) },
	}}, nil
}

// writePersonalData writes everything that is stored about a contact, piece by piece.
func (s *server) writePersonalData(ctx context.Context, w io.Writer, id ledger.ID, at string) error {
	ctx, cancel := context.WithTimeout(ctx, personalDataTime)
	defer cancel()
	d, err := s.dossiers.Open(ctx, id)
	if err != nil {
		return err
	}
	defer d.Close()
	var text bytes.Buffer
	next, stop := iter.Pull(dossierPieces(ctx, d, at, &text))
	defer stop()
	return wire.SendPieces(ctx, w, &text, func(context.Context) (more bool, err error) {
		err, more = next()
		return more, err
	})
}

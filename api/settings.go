package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Settings are the use cases of the workspace's settings.
type Settings interface {
	GetSettings() fields.Settings
	PatchSettings(ctx context.Context, by ledger.Caller, d fields.Draft, version uint64) (fields.Settings, ledger.Done, error)
}

// settingsBody are the settings of the workspace on the wire.
type settingsBody struct {
	TimeZone    string  `json:"time_zone" doc:"In which days begin and end: an IANA name." example:"Africa/Nairobi"`
	Currency    string  `json:"currency" doc:"Of new currency attributes: ISO 4217." example:"KES"`
	PhoneRegion *string `json:"phone_region" doc:"Whose form phone numbers without + have: ISO 3166 alpha-2, null for none." nullable:"true" example:"KE"`
	WeekStart   string  `json:"week_start" enum:"monday,sunday,saturday" doc:"On which day weeks begin. Filters with whole weeks (in_this, in_last, in_next) follow it, so a change moves contacts in and out of segments that have such a filter."`

	KeepHistory *string `json:"keep_history" doc:"For how long the history of contacts keeps values: years, months, weeks or days; null or empty for ever. What is older is removed once a day." nullable:"true" example:"P2Y"`

	KeepSnapshots keepBody `json:"keep_snapshots" doc:"Which snapshots a segment keeps that does not say it itself."`

	ReopenWithin string `json:"reopen_within" doc:"For how long after a conversation was resolved a message of the contact opens it again; later ones begin another." example:"P7D"`

	AIPeoplePerHour int `json:"ai_people_per_hour" doc:"How many people one key of scope ai may read within an hour; 0 is nobody. A larger number than there are contacts is no limit." example:"2000"`

	LinkCompaniesByDomain bool `json:"link_companies_by_domain" doc:"Whether a contact that is made without a company gets the one that has the domain of its e-mail."`
}

// settingsDraft is the text of a patch of the settings.
type settingsDraft json.RawMessage

// Schema describes it.
func (settingsDraft) Schema(r huma.Registry) *huma.Schema {
	wire.MergePatch(r, reflect.TypeFor[keepInput]()) // merged member by member, too
	return wire.MergePatch(r, reflect.TypeFor[settingsInput]())
}

// settingsInput describes what may be sent of the settings.
type settingsInput struct {
	TimeZone    string `json:"time_zone,omitempty" null:"no" example:"Africa/Nairobi"`
	Currency    string `json:"currency,omitempty" null:"no" example:"KES"`
	PhoneRegion string `json:"phone_region,omitempty" nullable:"true" example:"KE"`
	WeekStart   string `json:"week_start,omitempty" null:"no" enum:"monday,sunday,saturday"`

	KeepHistory string `json:"keep_history,omitempty" nullable:"true" pattern:"^(P[1-9][0-9]{0,3}[YMWD])?$" example:"P2Y"`

	KeepSnapshots keepInput `json:"keep_snapshots,omitempty" doc:"Which snapshots a segment keeps that does not say it itself; null: the newest 100."`

	ReopenWithin string `json:"reopen_within,omitempty" doc:"Years, months, weeks, days, hours or minutes, at most 10 years; null: P7D." nullable:"true" pattern:"^(P([1-9][0-9]{0,5}[YMWD]|T[1-9][0-9]{0,5}[HM]))?$" example:"P7D"`

	AIPeoplePerHour int `json:"ai_people_per_hour,omitempty" doc:"null: 2,000." minimum:"0" maximum:"1000000000"`

	LinkCompaniesByDomain bool `json:"link_companies_by_domain,omitempty" doc:"null: true."`
}

type patchSettingsInput struct {
	IfMatch string        `header:"If-Match" doc:"The ETag that the settings must still have, else 412."`
	Body    settingsDraft `body:"json" doc:"A merge patch (RFC 7396)."`
}

func (s *server) registerSettings() {
	wire.Register(s.Server, wire.Operation{
		ID: "get-settings", Method: http.MethodGet, Path: "/v1/settings", Tag: "settings", Summary: "Read the settings of the workspace",
		Headers: []string{wire.ETagHeader},
	}, s.getSettings)
	wire.Register(s.Server, wire.Operation{
		ID: "update-settings", Method: http.MethodPatch, Path: "/v1/settings", Tag: "settings", Summary: "Change the settings of the workspace",
		Writes: true, Headers: []string{wire.ETagHeader},
		About: "They hold for what comes after: stored values and segments already evaluated stay as they are.",
	}, s.patchSettings)
}

func (s *server) getSettings(context.Context, *struct{}) (wire.Answer[settingsBody], error) {
	return answerSettings(s.settings.GetSettings()), nil
}

func (s *server) patchSettings(ctx context.Context, in *patchSettingsInput) (wire.Answer[settingsBody], error) {
	version, err := wire.ParseIfMatch(in.IfMatch)
	if err != nil {
		return wire.Answer[settingsBody]{}, err
	}
	draft, err := draftOf(in.Body)
	if err != nil {
		return wire.Answer[settingsBody]{}, err
	}
	settings, done, err := s.settings.PatchSettings(ctx, wire.CallerOf(ctx), draft, version)
	if err != nil {
		return wire.Answer[settingsBody]{}, err
	}
	out := answerSettings(settings)
	out.Seq, out.Replayed = done.Seq, done.Replayed
	return out, nil
}

func answerSettings(settings fields.Settings) wire.Answer[settingsBody] {
	body := settingsBody{
		TimeZone: settings.TimeZone, Currency: settings.Currency, WeekStart: settings.WeekStart,
		AIPeoplePerHour: settings.AIPeoplePerHour, LinkCompaniesByDomain: !settings.NoDomainLinks,
		ReopenWithin: settings.Reopening(), KeepSnapshots: wireKeep(settings.KeepSnapshots),
	}
	if settings.PhoneRegion != "" {
		body.PhoneRegion = &settings.PhoneRegion
	}
	if settings.KeepHistory != "" {
		body.KeepHistory = &settings.KeepHistory
	}
	return wire.Answer[settingsBody]{Body: body, Version: settings.Version}
}

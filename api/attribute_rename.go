package api

import (
	"context"
	"net/http"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/workspace"
)

type renameOptionInput struct {
	Entity  string           `query:"entity" enum:"contact,company,conversation" doc:"Whose attribute is changed: that of contacts when absent. Must be given when several have one of this key."`
	Key     string           `path:"key" doc:"The key of the attribute."`
	IfMatch string           `header:"If-Match" doc:"The ETag that the attribute must still have, else 412."`
	Body    renameOptionBody `body:"json"`
}

type renameOptionBody struct {
	From string `json:"from" doc:"The option, or another spelling of it." example:"gold"`
	To   string `json:"to" doc:"Its name from now on: no other option, nor a former name of one." example:"premium"`
}

func (s *server) registerAttributeRename() {
	wire.Register(s.Server, wire.Operation{
		ID: "rename-option", Refuses: []int{http.StatusConflict, http.StatusGone}, Method: http.MethodPost, Path: "/v1/attributes/{key}/rename-option", Tag: "attributes", Summary: "Rename an option of a list",
		Writes: true, Headers: []string{wire.ETagHeader},
		About: "The definition has the new name at once, and the former name goes on meaning the option: in filters, and in what is written. Records get the new name soon after, each with an entry in its history.",
	}, s.renameOption)
}

func (s *server) renameOption(ctx context.Context, in *renameOptionInput) (wire.Answer[attributeBody], error) {
	version, err := wire.ParseIfMatch(in.IfMatch)
	if err != nil {
		return wire.Answer[attributeBody]{}, err
	}
	rename := workspace.Rename{From: in.Body.From, To: in.Body.To}
	return defined(s.attributes.RenameOption(ctx, wire.CallerOf(ctx), fields.Entity(in.Entity), in.Key, rename, version))
}

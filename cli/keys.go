package cli

import (
	"context"
	"fmt"
	"net/http"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/app"
	"github.com/ndoto/kundi/contacts"
)

type keys struct {
	Create createKey `cmd:"" help:"Make a key and print it, once: only its hash is kept."`
	List   listKeys  `cmd:"" help:"List the keys, without the keys themselves."`
	Revoke revokeKey `cmd:"" help:"Revoke a key: it stops working at once."`
}

type createKey struct {
	Scope string `help:"What the key may do: ${enum}." enum:"agent,marketer,campaign,ai,admin" required:""`
	Name  string `help:"What the key is for; recorded with every change made with it." required:""`
}

type listKeys struct{}

type revokeKey struct {
	ID string `arg:"" help:"Id of the key, from kundi keys list."`
}

// owner is who makes changes on the command line.
var owner = contacts.Author{Source: contacts.SourceAPI, Name: "owner"}

// keyAnswer is a key as the API answers it.
type keyAnswer struct {
	ID        contacts.ID `json:"id"`
	Name      string      `json:"name"`
	Scope     string      `json:"scope"`
	CreatedAt time.Time   `json:"created_at"`
	Key       string      `json:"key"`
}

// Run prints only the key on standard output, so that scripts can keep it.
func (c createKey) Run(ctx context.Context, config app.Config, s streams) error {
	var token string
	err := either(ctx, config, func(remote client) error {
		var made keyAnswer
		err := remote.call(ctx, http.MethodPost, "/v1/keys", map[string]string{"name": c.Name, "scope": c.Scope}, &made)
		token = made.Key
		return err
	}, func(a *app.App) (err error) {
		_, token, _, err = a.Keys.Create(ctx, owner, c.Name, access.Scope(c.Scope))
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, token)
	return err
}

// Run prints a line a key.
func (listKeys) Run(ctx context.Context, config app.Config, s streams) error {
	var list []keyAnswer
	err := either(ctx, config, func(remote client) error {
		var answer struct{ Keys []keyAnswer }
		err := remote.call(ctx, http.MethodGet, "/v1/keys", nil, &answer)
		list = answer.Keys
		return err
	}, func(a *app.App) error {
		for _, k := range a.Keys.List() {
			list = append(list, keyAnswer{ID: k.ID, Name: k.Name, Scope: string(k.Scope), CreatedAt: k.CreatedAt})
		}
		return nil
	})
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tSCOPE\tCREATED\tNAME")
	for _, k := range list {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", k.ID, k.Scope, k.CreatedAt.UTC().Format(time.RFC3339), k.Name)
	}
	return table.Flush()
}

// Run revokes the key.
func (r revokeKey) Run(ctx context.Context, config app.Config) error {
	id, err := uuid.Parse(r.ID)
	if err != nil {
		return contacts.NotFound("key")
	}
	return either(ctx, config, func(remote client) error {
		return remote.call(ctx, http.MethodDelete, "/v1/keys/"+id.String(), nil, nil)
	}, func(a *app.App) error {
		_, err := a.Keys.Revoke(ctx, owner, id)
		return err
	})
}

// either does the work through the server that runs on the data folder, or,
// when there is none, on the folder itself.
func either(ctx context.Context, config app.Config, remote func(client) error, local func(*app.App) error) error {
	if http, running := app.SocketClient(config.Data); running {
		return remote(client{http: http})
	}
	return withApp(ctx, config, local)
}

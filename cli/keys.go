package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/app"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

type keys struct {
	Create createKey `cmd:"" help:"Make a key and print it. It is shown only once, because only its hash is kept."`
	List   listKeys  `cmd:"" help:"List the keys with their names and scopes. The keys themselves are not kept."`
	Revoke revokeKey `cmd:"" help:"Revoke a key: it stops working at once."`
}

type createKey struct {
	Scope string `help:"What the key may do: agent, marketer, campaign, ai or admin." type:"choice" enum:"agent,marketer,campaign,ai,admin" required:"" placeholder:"SCOPE"`
	Name  string `help:"What the key is for. The history names it with every change." required:"" placeholder:"NAME"`

	ExpiresAt         *instant `help:"The time from which the key is refused, like 2027-12-31T23:59:59Z. Never by default." placeholder:"INSTANT"`
	RequestsPerSecond *int     `help:"How many requests the key may make a second. By default 10000 for admin, else 2000." placeholder:"N"`
	HeavyQuestions    *int     `help:"How many heavy questions (searches, counts, lists, members) of the key may be in progress at once. 64 by default." placeholder:"N"`
}

type listKeys struct{}

type revokeKey struct {
	ID string `arg:"" help:"Id of the key, from kundi keys list."`
}

// owner is who makes changes on the command line.
var owner = ledger.Caller{Author: ledger.Author{Source: ledger.SourceAPI, Name: "owner"}}

// keyAnswer is a key as the API answers it.
type keyAnswer struct {
	ID        ledger.ID `json:"id"`
	Name      string    `json:"name"`
	Scope     string    `json:"scope"`
	CreatedAt time.Time `json:"created_at"`
	Key       string    `json:"key"`

	ExpiresAt         time.Time `json:"expires_at"`   // zero: never
	LastUsedAt        time.Time `json:"last_used_at"` // zero: never
	RequestsPerSecond int       `json:"requests_per_second"`
	HeavyQuestions    int       `json:"heavy_questions"`
}

// instant is a moment on the command line.
type instant struct{ time.Time }

// UnmarshalText reads it as RFC 3339 has it.
func (i *instant) UnmarshalText(text []byte) (err error) {
	if i.Time, err = time.Parse(time.RFC3339, string(text)); err != nil {
		return errors.New("must be an instant like 2027-12-31T23:59:59Z")
	}
	return nil
}

// Validate implements kong's check of a parsed command. To the folder itself a
// limit of 0 would mean that nothing was said.
func (c createKey) Validate() error {
	check := func(flag string, n *int, most int) error {
		if n != nil && (*n < 1 || *n > most) {
			return fmt.Errorf("--%s must be from 1 to %d", flag, most)
		}
		return nil
	}
	return errors.Join(
		check("requests-per-second", c.RequestsPerSecond, access.MaxRequestsPerSecond),
		check("heavy-questions", c.HeavyQuestions, access.MaxHeavyQuestions),
	)
}

// wanted is what the API is asked for; what was left out stays out.
func (c createKey) wanted() map[string]any {
	wanted := map[string]any{"name": c.Name, "scope": c.Scope}
	if c.ExpiresAt != nil {
		wanted["expires_at"] = c.ExpiresAt.Time
	}
	if c.RequestsPerSecond != nil {
		wanted["requests_per_second"] = *c.RequestsPerSecond
	}
	if c.HeavyQuestions != nil {
		wanted["heavy_questions"] = *c.HeavyQuestions
	}
	return wanted
}

// draft is the same for the folder itself.
func (c createKey) draft() access.Draft {
	d := access.Draft{Name: c.Name, Scope: access.Scope(c.Scope)}
	if c.ExpiresAt != nil {
		d.ExpiresAt = c.ExpiresAt.Time
	}
	if c.RequestsPerSecond != nil {
		d.Limits.RequestsPerSecond = *c.RequestsPerSecond
	}
	if c.HeavyQuestions != nil {
		d.Limits.HeavyQuestions = *c.HeavyQuestions
	}
	return d
}

// Run prints only the key on standard output, so that scripts can keep it.
func (c createKey) Run(ctx context.Context, config app.Config, s streams) error {
	var token string
	err := either(ctx, config, func(remote client) error {
		var made keyAnswer
		err := remote.call(ctx, http.MethodPost, "/v1/keys", c.wanted(), &made)
		token = made.Key
		return err
	}, app.WithKeys, func(local *access.Keys) (err error) {
		_, token, _, err = local.Create(ctx, owner, c.draft())
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
	config.Existing = true
	err := either(ctx, config, func(remote client) error {
		var answer struct{ Keys []keyAnswer }
		err := remote.call(ctx, http.MethodGet, "/v1/keys", nil, &answer)
		list = answer.Keys
		return err
	}, app.WithKeys, func(local *access.Keys) error {
		for _, k := range local.List() {
			limits := k.Limits()
			list = append(list, keyAnswer{
				ID: k.ID, Name: k.Name, Scope: string(k.Scope), CreatedAt: k.CreatedAt, ExpiresAt: k.ExpiresAt, LastUsedAt: k.LastUsedAt,
				RequestsPerSecond: limits.RequestsPerSecond, HeavyQuestions: limits.HeavyQuestions,
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tSCOPE\tCREATED\tEXPIRES\tLAST USED\tREQUESTS/S\tHEAVY\tNAME")
	for _, k := range list {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%d\t%d\t%s\n", k.ID, k.Scope, moment(k.CreatedAt, time.RFC3339),
			moment(k.ExpiresAt, time.RFC3339), moment(k.LastUsedAt, time.DateOnly), k.RequestsPerSecond, k.HeavyQuestions, k.Name)
	}
	return table.Flush()
}

// moment writes a moment, none as never.
func moment(t time.Time, layout string) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format(layout)
}

// Run revokes the key.
func (r revokeKey) Run(ctx context.Context, config app.Config) error {
	id, err := uuid.Parse(r.ID)
	if err != nil {
		return fault.NotFound("key")
	}
	config.Existing = true
	return either(ctx, config, func(remote client) error {
		return remote.call(ctx, http.MethodDelete, "/v1/keys/"+id.String(), nil, nil)
	}, app.WithKeys, func(local *access.Keys) error {
		_, err := local.Revoke(ctx, owner, id)
		return err
	})
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/app"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

type team struct {
	Invite invitePerson `cmd:"" help:"Print a link with which a person signs in to the console, once and within 7 days. Makes the person if nobody has the e-mail. Contacts are other people."`
	List   listPeople   `cmd:"" help:"List the people who may sign in to the console."`
}

type invitePerson struct {
	Name  string  `help:"The person's name. The history names the person with every change." required:"" placeholder:"NAME"`
	Email string  `help:"The person's e-mail. No two people have the same." required:"" placeholder:"EMAIL"`
	Scope string  `help:"What the person may do: agent, marketer or admin." type:"choice" enum:"agent,marketer,admin" required:"" placeholder:"SCOPE"`
	URL   *origin `help:"Where the person's browser reaches the server, like https://crm.example.org. By default http:// and --listen." placeholder:"URL"`
}

type listPeople struct{}

// origin is where browsers reach the server.
type origin string

// UnmarshalText takes a scheme and a host, and no path.
func (o *origin) UnmarshalText(text []byte) error {
	u, err := url.Parse(string(text))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return errors.New("must be an address like https://crm.example.org, without a path")
	}
	*o = origin(u.Scheme + "://" + u.Host)
	return nil
}

// originOf is where browsers of this machine reach a server that listens there.
func originOf(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if ip := net.ParseIP(host); err == nil && (host == "" || ip != nil && ip.IsUnspecified()) {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// personAnswer is a person as the API answers it.
type personAnswer struct {
	ID             ledger.ID `json:"id"`
	Name           string    `json:"name"`
	Email          string    `json:"email"`
	Scope          string    `json:"scope"`
	Disabled       bool      `json:"disabled"`
	InvitedUntil   time.Time `json:"invited_until"`
	LastSignedInAt time.Time `json:"last_signed_in_at"`
}

func personAnswerOf(p access.Person) personAnswer {
	return personAnswer{
		ID: p.ID, Name: p.Name, Email: p.Email, Scope: string(p.Scope), Disabled: p.Disabled, InvitedUntil: p.InvitedUntil, LastSignedInAt: p.LastSignedInAt,
	}
}

// Run prints only the link on standard output.
func (i invitePerson) Run(ctx context.Context, config app.Config, s streams) error {
	var token string
	err := either(ctx, config, func(remote client) (err error) {
		token, err = i.remote(ctx, remote)
		return err
	}, app.WithPeople, func(local *access.People) (err error) {
		token, err = i.local(ctx, local)
		return err
	})
	if err != nil {
		return err
	}
	base := originOf(config.Listen)
	if i.URL != nil {
		base = string(*i.URL)
	}
	_, err = fmt.Fprintln(s.out, base+access.SignInPath(token))
	return err
}

func (i invitePerson) remote(ctx context.Context, server client) (token string, err error) {
	var person personAnswer
	var taken *fault.Error
	err = server.call(ctx, http.MethodPost, "/v1/people", map[string]any{"name": i.Name, "email": i.Email, "scope": i.Scope}, &person)
	if errors.As(err, &taken) && taken.PersonID != (ledger.ID{}) {
		if err = server.call(ctx, http.MethodGet, "/v1/people/"+taken.PersonID.String(), nil, &person); err == nil {
			err = i.mayInvite(person)
		}
	}
	if err != nil {
		return "", err
	}
	var invitation struct{ Token string }
	err = server.call(ctx, http.MethodPost, "/v1/people/"+person.ID.String()+"/invitation", nil, &invitation)
	return invitation.Token, err
}

func (i invitePerson) local(ctx context.Context, p *access.People) (token string, err error) {
	person, known := p.FindByEmail(i.Email)
	if known {
		err = i.mayInvite(personAnswerOf(person))
	} else {
		person, _, err = p.Create(ctx, owner, access.PersonDraft{Name: i.Name, Email: i.Email, Scope: access.Scope(i.Scope)})
	}
	if err != nil {
		return "", err
	}
	_, token, _, err = p.Invite(ctx, owner, person.ID, access.InvitationTime)
	return token, err
}

// mayInvite refuses somebody whom the command line describes otherwise: it changes nobody.
func (i invitePerson) mayInvite(p personAnswer) error {
	if p.Scope != i.Scope || p.Name != strings.TrimSpace(i.Name) {
		return fmt.Errorf("the person with this e-mail is %s with the scope %s: give that name and scope, or change them with PATCH /v1/people/%s", p.Name, p.Scope, p.ID)
	}
	return nil
}

// Run prints a line a person.
func (listPeople) Run(ctx context.Context, config app.Config, s streams) error {
	var list []personAnswer
	config.Existing = true
	err := either(ctx, config, func(remote client) error {
		for cursor := ""; ; {
			var page struct {
				People     []personAnswer
				NextCursor string `json:"next_cursor"`
			}
			if err := remote.call(ctx, http.MethodGet, "/v1/people?limit=1000&cursor="+url.QueryEscape(cursor), nil, &page); err != nil {
				return err
			}
			list = append(list, page.People...)
			if cursor = page.NextCursor; cursor == "" {
				return nil
			}
		}
	}, app.WithPeople, func(local *access.People) error {
		all, _ := local.List(ledger.ID{}, access.MaxPeople)
		for _, p := range all {
			list = append(list, personAnswerOf(p))
		}
		return nil
	})
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tSCOPE\tDISABLED\tINVITED UNTIL\tLAST SIGNED IN\tEMAIL\tNAME")
	for _, p := range list {
		disabled := "no"
		if p.Disabled {
			disabled = "yes"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", p.ID, p.Scope, disabled, moment(p.InvitedUntil, time.RFC3339), moment(p.LastSignedInAt, time.RFC3339), p.Email, p.Name)
	}
	return table.Flush()
}

package access

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// MaxPeople is how many people there can be: they are kept in memory.
const MaxPeople = 10_000

// Person is somebody who may sign in. Contacts are other people: see package contacts.
type Person struct {
	ID             ledger.ID
	Name           string
	Email          string // as typed; unique in lower case
	Scope          Scope  // one of PersonScopes
	Disabled       bool   // may not sign in
	HasPassword    bool
	InvitedUntil   time.Time // until when the person's link can be used; zero: there is none
	CreatedAt      time.Time // UTC, milliseconds
	LastSignedInAt time.Time // UTC, milliseconds; zero: never
	Version        uint64    // sequence number of the newest change; signing in with a password is none
}

// PersonScopes lists the scopes of people. The others are for programs.
var PersonScopes = []Scope{ScopeAgent, ScopeMarketer, ScopeAdmin}

// PersonDraft has the values of a person who is to be made.
type PersonDraft struct {
	Name  string
	Email string
	Scope Scope
}

// PersonChange has the new values of a person. A member that is nil stays as it is.
type PersonChange struct {
	Name     *string
	Email    *string
	Scope    *Scope
	Disabled *bool
}

// account is a person with what nobody is shown. It is immutable.
type account struct {
	Person
	password string // see hashPassword; "" for none
	link     digest // of the link with which the person can sign in; zero for none
	// epoch grows when all sessions of the person end. A session holds only in the epoch in
	// which it began.
	epoch int
}

// mayEnter reports whether the person may sign in and be signed in.
func (a account) mayEnter() bool { return !a.Disabled }

// set cleans and sets new values, and returns what is wrong with them.
func (a *account) set(c PersonChange) (faults []fault.Fault) {
	if c.Name != nil {
		a.Name = words.CleanText(*c.Name)
		faults = append(faults, nameFaults(a.Name)...)
	}
	if c.Email != nil {
		value, wrong := fields.CoerceEmail(words.CleanText(*c.Email))
		if a.Email = value.Text; wrong != "" {
			faults = append(faults, fault.Fault{Path: "email", Detail: wrong})
		}
	}
	if c.Scope != nil {
		if a.Scope = *c.Scope; !slices.Contains(PersonScopes, a.Scope) {
			faults = append(faults, fault.Fault{Path: "scope", Detail: "must be one of agent, marketer, admin"})
		}
	}
	if c.Disabled != nil {
		if *c.Disabled && !a.Disabled {
			a.endSessions()
			a.dropLink()
		}
		a.Disabled = *c.Disabled
	}
	return faults
}

func (a *account) endSessions() { a.epoch++ }

func (a *account) dropLink() { a.link, a.InvitedUntil = digest{}, time.Time{} }

// setPassword sets the password by its hash. Who signed in before has to sign in again.
func (a *account) setPassword(hash string) {
	a.password, a.HasPassword = hash, true
	a.endSessions()
}

func invalidPerson(faults []fault.Fault) error {
	return fault.Invalid("invalid-person", "The person is not valid.", faults)
}

// personDocument is a person as stored. An absent member has the zero value.
type personDocument struct {
	ID           ledger.ID `json:"id"`
	Name         string    `json:"name"`
	Email        string    `json:"email"`
	Scope        Scope     `json:"scope"`
	Disabled     bool      `json:"disabled,omitempty"`
	Password     string    `json:"password,omitempty"` // see hashPassword
	Link         string    `json:"link,omitempty"`     // hexadecimal SHA-256 of the token
	InvitedUntil time.Time `json:"invited_until,omitzero"`
	Epoch        int       `json:"epoch,omitempty"`
	CreatedAt    time.Time `json:"created_at"`
	Version      uint64    `json:"version"`
}

func (a account) encode() ([]byte, error) {
	d := personDocument{
		ID: a.ID, Name: a.Name, Email: a.Email, Scope: a.Scope, Disabled: a.Disabled, Password: a.password,
		InvitedUntil: a.InvitedUntil, Epoch: a.epoch, CreatedAt: a.CreatedAt, Version: a.Version,
	}
	if a.link != (digest{}) {
		d.Link = a.link.String()
	}
	return json.Marshal(d)
}

func decodeAccount(value []byte) (a account, err error) {
	var d personDocument
	if err := json.Unmarshal(value, &d); err != nil {
		return account{}, err
	}
	if d.Link != "" {
		if a.link, err = decodeDigest(d.Link); err != nil {
			return account{}, err
		}
	}
	a.Person = Person{
		ID: d.ID, Name: d.Name, Email: d.Email, Scope: d.Scope, Disabled: d.Disabled, HasPassword: d.Password != "",
		InvitedUntil: d.InvitedUntil, CreatedAt: d.CreatedAt, Version: d.Version,
	}
	a.password, a.epoch = d.Password, d.Epoch
	return a, nil
}

// Principal returns who makes a request for the person.
func (p Person) Principal() Principal {
	return Principal{Kind: KindPerson, ID: p.ID, Name: p.Name, Email: p.Email, Scope: p.Scope, Limits: defaultLimits(p.Scope)}
}

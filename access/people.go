package access

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// The collections of people.
var (
	PersonDocuments      = ledger.Collection{Name: "person"}
	PersonEmailDocuments = ledger.Collection{Name: "person-email", Unlogged: true} // the id of a person, by e-mail in lower case
	SignInDocuments      = ledger.Collection{Name: "sign-in", Unlogged: true}      // when a person signed in last, by id
)

// People has those who may sign in. It is safe for concurrent use.
//
// Like Keys it holds all of them in memory, and every change goes through it.
type People struct {
	store  Store
	keys   *Keys
	now    func() time.Time
	random io.Reader

	changing sync.Mutex // held while a person is changed in the store and in memory

	mu      sync.RWMutex
	byID    map[ledger.ID]account
	byEmail map[string]ledger.ID // in lower case
}

// OpenPeople loads the people from the store. keys are those of the same store; now and random
// are as for Open.
func OpenPeople(ctx context.Context, store Store, keys *Keys, now func() time.Time, random io.Reader) (*People, error) {
	p := &People{store: store, keys: keys, now: now, random: random, byID: map[ledger.ID]account{}, byEmail: map[string]ledger.ID{}}
	err := ledger.EachDocument(ctx, store, PersonDocuments, "", func(d ledger.Document) error {
		a, err := decodeAccount(d.Value)
		if err != nil {
			return fmt.Errorf("the person %s: %w", d.Key, err)
		}
		p.keep(a)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("load the people: %w", err)
	}
	err = ledger.EachDocument(ctx, store, SignInDocuments, "", func(d ledger.Document) error {
		id, at, err := decodeSignIn(d)
		if a, known := p.byID[id]; err == nil && known {
			a.LastSignedInAt = at
			p.byID[id] = a
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("load when people signed in: %w", err)
	}
	return p, nil
}

func encodeSignIn(at time.Time) []byte { return []byte(at.Format(time.RFC3339Nano)) }

func decodeSignIn(d ledger.Document) (id ledger.ID, at time.Time, err error) {
	if id, err = uuid.Parse(d.Key); err != nil {
		return ledger.ID{}, time.Time{}, err
	}
	at, err = time.Parse(time.RFC3339Nano, string(d.Value))
	return id, at, err
}

// keep holds an account in memory, in place of what was there. The caller holds mu, or is alone.
func (p *People) keep(a account) {
	if before, known := p.byID[a.ID]; known {
		delete(p.byEmail, fields.ClaimedEmail(before.Email))
	}
	p.byID[a.ID], p.byEmail[fields.ClaimedEmail(a.Email)] = a, a.ID
}

// Create makes a person, who can sign in only after an invitation. An e-mail that another one
// has is an error of KindConflict. If the draft is not valid, the error is of KindInvalid and
// names all faults.
func (p *People) Create(ctx context.Context, by ledger.Caller, d PersonDraft) (Person, ledger.Done, error) {
	now := instant(p.now())
	made := account{Person: Person{CreatedAt: now}}
	refused := invalidPerson(made.set(PersonChange{Name: &d.Name, Email: &d.Email, Scope: &d.Scope}))
	var err error
	if made.ID, err = uuid.NewV7FromReader(p.random); err != nil {
		return Person{}, ledger.Done{}, fmt.Errorf("draw an id: %w", err)
	}
	p.changing.Lock()
	defer p.changing.Unlock()
	if refused == nil && len(p.byID) >= MaxPeople {
		refused = &fault.Error{
			Kind: fault.KindConflict, Type: "too-many-people",
			Message: fmt.Sprintf("There can be at most %d people: delete one who has left.", MaxPeople),
		}
	}
	var outcome ledger.Outcome
	seq, err := p.store.Update(ctx, by.Author, func(tx ledger.Tx) (err error) {
		outcome, err = ledger.Once(tx, by.Receipt, now, func() (ledger.Outcome, error) {
			if refused != nil {
				return ledger.Outcome{}, refused
			}
			return ledger.Outcome{Status: "created", IDs: []string{made.ID.String()}}, p.put(tx, nil, &made)
		})
		return err
	})
	if err != nil {
		return Person{}, ledger.Done{}, err
	}
	if outcome.Replayed {
		id, err := uuid.Parse(outcome.IDs[0])
		if err != nil {
			return Person{}, ledger.Done{}, err
		}
		person, err := p.present(id)
		return person, ledger.Done{Seq: outcome.Seq, Replayed: true}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keep(made)
	return made.Person, ledger.Done{Seq: seq}, nil
}

// put stores an account, with its version, in place of the one before, nil for none.
func (p *People) put(tx ledger.Tx, before, after *account) error {
	email := fields.ClaimedEmail(after.Email)
	if before == nil || email != fields.ClaimedEmail(before.Email) {
		holder, err := tx.Document(PersonEmailDocuments, email)
		switch {
		case err != nil:
			return err
		case holder != nil:
			return emailTaken(holder)
		}
		if before != nil {
			if err := tx.DeleteDocument(PersonEmailDocuments, fields.ClaimedEmail(before.Email)); err != nil {
				return err
			}
		}
		if err := tx.PutDocument(PersonEmailDocuments, email, []byte(after.ID.String())); err != nil {
			return err
		}
	}
	after.Version = tx.Seq()
	value, err := after.encode()
	if err != nil {
		return err
	}
	return tx.PutDocument(PersonDocuments, after.ID.String(), value)
}

func emailTaken(holder []byte) error {
	id, err := uuid.ParseBytes(holder)
	if err != nil {
		return err
	}
	return &fault.Error{
		Kind: fault.KindConflict, Type: "email-taken", Field: "email", PersonID: id, Message: "Another person has this e-mail.",
	}
}

// present returns a person for a repeated request. If the person was deleted, the error is of
// KindGone.
func (p *People) present(id ledger.ID) (Person, error) {
	person, err := p.Find(id)
	if err != nil {
		return Person{}, &fault.Error{
			Kind: fault.KindGone, Type: "deleted-since", Message: "The request was carried out before, and its person has been deleted since.",
		}
	}
	return person, nil
}

// Find returns a person. If there is none with the id, the error is of KindNotFound.
func (p *People) Find(id ledger.ID) (Person, error) {
	a, known := p.accountOf(id)
	if !known {
		return Person{}, fault.NotFound("person")
	}
	return a.Person, nil
}

func (p *People) accountOf(id ledger.ID) (account, bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	a, known := p.byID[id]
	return a, known
}

// accountByEmail returns whom an e-mail belongs to, in any case.
func (p *People) accountByEmail(email string) (account, bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	a, known := p.byID[p.byEmail[fields.CanonicalEmail(email)]]
	return a, known
}

// FindByEmail returns the person who has an e-mail, in any case.
func (p *People) FindByEmail(email string) (person Person, known bool) {
	a, known := p.accountByEmail(email)
	return a.Person, known
}

// List returns up to limit people after the one with an id, in the order in which they were
// made, and whether there are more.
func (p *People) List(after ledger.ID, limit int) (page []Person, more bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	var ids []ledger.ID
	for id := range p.byID {
		if bytes.Compare(id[:], after[:]) > 0 {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b ledger.ID) int { return bytes.Compare(a[:], b[:]) })
	for _, id := range ids[:min(limit, len(ids))] {
		page = append(page, p.byID[id].Person)
	}
	return page, len(ids) > limit
}

// Change changes a person who has a version, ledger.AnyVersion for any. It holds for every
// request that begins after Change has returned. Disabling a person ends their sessions and
// their link. The errors are of KindInvalid; of KindConflict, also when nobody who may do
// everything would be left; of KindPrecondition; and of KindNotFound.
func (p *People) Change(ctx context.Context, by ledger.Caller, id ledger.ID, c PersonChange, version uint64) (Person, ledger.Done, error) {
	return p.edit(ctx, by, id, version, func(a *account) error {
		wasAdmin := a.mayEnter() && a.Scope == ScopeAdmin
		if err := invalidPerson(a.set(c)); err != nil {
			return err
		}
		if wasAdmin && (a.Disabled || a.Scope != ScopeAdmin) {
			return p.checkAdminStays(id)
		}
		return nil
	})
}

// edit changes a person as change says, and nothing when change fails. change may run more than
// once.
func (p *People) edit(ctx context.Context, by ledger.Caller, id ledger.ID, version uint64, change func(*account) error) (Person, ledger.Done, error) {
	p.changing.Lock()
	defer p.changing.Unlock()
	var after account
	done, err := ledger.Do(ctx, p.store, by, instant(p.now()), func(tx ledger.Tx) (err error) {
		after, err = p.change(tx, id, version, change)
		return err
	})
	// If the outcome is unknown, a person who was to be disabled is. That is the safe side.
	if err != nil && (fault.KindOf(err) != fault.KindUnavailable || !after.Disabled) {
		return Person{}, ledger.Done{}, err
	}
	if done.Replayed {
		person, err := p.present(id)
		return person, done, err
	}
	p.keepChanged(&after)
	return after.Person, done, err
}

// change is edit inside a closure.
func (p *People) change(tx ledger.Tx, id ledger.ID, version uint64, change func(*account) error) (after account, err error) {
	present, err := tx.Document(PersonDocuments, id.String())
	switch {
	case err != nil:
		return account{}, err
	case present == nil:
		return account{}, fault.NotFound("person")
	}
	before, err := decodeAccount(present)
	if err != nil {
		return account{}, err
	}
	if err := ledger.CheckVersion(version, before.Version); err != nil {
		return account{}, err
	}
	after = before
	if err := change(&after); err != nil || after == before {
		return after, err
	}
	return after, p.put(tx, &before, &after)
}

// keepChanged holds a changed account in memory. When the person signed in is not in its
// document, so it is as it was.
func (p *People) keepChanged(after *account) {
	p.mu.Lock()
	defer p.mu.Unlock()
	after.LastSignedInAt = p.byID[after.ID].LastSignedInAt
	p.keep(*after)
}

// checkAdminStays returns an error of KindConflict unless there is a key or a person of scope
// admin beside one person. The caller holds changing.
func (p *People) checkAdminStays(without ledger.ID) error {
	if p.keys.haveAdmin(p.now()) {
		return nil
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	for id, a := range p.byID {
		if id != without && a.mayEnter() && a.Scope == ScopeAdmin {
			return nil
		}
	}
	return &fault.Error{
		Kind: fault.KindConflict, Type: "last-admin",
		Message: "There is no other person and no key of scope admin, so nobody could change keys, people and settings. Make another one first.",
	}
}

// Delete removes a person who has a version, ledger.AnyVersion for any. Their sessions and
// their link end. What they did keeps their name. The errors are those of Change.
func (p *People) Delete(ctx context.Context, by ledger.Caller, id ledger.ID, version uint64) (ledger.Done, error) {
	p.changing.Lock()
	defer p.changing.Unlock()
	done, err := ledger.Do(ctx, p.store, by, instant(p.now()), func(tx ledger.Tx) error {
		gone, err := p.change(tx, id, version, func(a *account) error {
			if a.mayEnter() && a.Scope == ScopeAdmin {
				return p.checkAdminStays(id)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := tx.DeleteDocument(PersonEmailDocuments, fields.ClaimedEmail(gone.Email)); err != nil {
			return err
		}
		if err := tx.DeleteDocument(SignInDocuments, id.String()); err != nil {
			return err
		}
		return tx.DeleteDocument(PersonDocuments, id.String())
	})
	return removed(done, err, &p.mu, func() {
		if gone, known := p.byID[id]; known {
			delete(p.byEmail, fields.ClaimedEmail(gone.Email))
			delete(p.byID, id)
		}
	})
}

// InvitationTime is how long the link of an invitation usually lasts.
const InvitationTime = 7 * 24 * time.Hour

// Invite makes a link with which a person can sign in once, within lasting, and set a password.
// It takes the place of the person's link before. The token of the link is not kept, so a
// repeated request gets "". A person who is disabled is an error of KindConflict.
func (p *People) Invite(ctx context.Context, by ledger.Caller, id ledger.ID, lasting time.Duration) (person Person, token string, done ledger.Done, err error) {
	if token, err = newToken(linkPrefix, p.random); err != nil {
		return Person{}, "", ledger.Done{}, err
	}
	person, done, err = p.edit(ctx, by, id, ledger.AnyVersion, func(a *account) error {
		if !a.mayEnter() {
			return &fault.Error{Kind: fault.KindConflict, Type: "person-disabled", Message: "The person is disabled and cannot sign in. Enable them first."}
		}
		a.link, a.InvitedUntil = digestOf(token), instant(p.now().Add(lasting))
		return nil
	})
	if err != nil || done.Replayed {
		token = ""
	}
	return person, token, done, err
}

// SignInPath returns the page of the console that signs in with the token of a link. A browser
// keeps what is behind # to itself, so no log of a server or proxy has the token.
func SignInPath(token string) string { return "/sign-in#token=" + token }

// accountByLink returns whom a link lets in.
func (p *People) accountByLink(token string, now time.Time) (account, bool) {
	hash := digestOf(token)
	p.mu.RLock()
	defer p.mu.RUnlock()
	for _, a := range p.byID {
		if a.opens(hash, now) {
			return a, true
		}
	}
	return account{}, false
}

// opens reports whether a link lets the person in. Who is disabled has none.
func (a account) opens(link digest, now time.Time) bool {
	return a.link == link && a.link != (digest{}) && now.Before(a.InvitedUntil)
}

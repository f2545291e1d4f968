package access

import (
	"context"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// VerifyKeys reads every key and the day of its last use, and adds what is damaged
// to found. An error means that the store could not be read.
func VerifyKeys(ctx context.Context, store ledger.DocumentReader, found *ledger.Differences) error {
	known, hashes := map[string]bool{}, map[digest]bool{}
	err := ledger.EachDocument(ctx, store, KeyDocuments, "", func(d ledger.Document) error {
		var written document
		key, hash, err := decode(d.Value)
		if err != nil || ledger.DecodeDocument(d.Value, &written) != nil || key.ID.String() != d.Key ||
			key.check(time.Time{}, false) != nil || key.CreatedAt.IsZero() || hashes[hash] {
			found.Add("API keys that cannot be read")
		}
		known[d.Key], hashes[hash] = true, true
		return nil
	})
	if err != nil {
		return err
	}
	return ledger.EachDocument(ctx, store, UseDocuments, "", func(d ledger.Document) error {
		if _, err := time.Parse(time.DateOnly, string(d.Value)); err != nil {
			found.Add("days on which API keys were used that cannot be read")
		}
		if !known[d.Key] {
			found.Add("days on which an API key that does not exist was used")
		}
		return nil
	})
}

// VerifyPeople reads every person, their e-mail and when they signed in last, and adds what is
// damaged to found. An error means that the store could not be read.
func VerifyPeople(ctx context.Context, store ledger.DocumentReader, found *ledger.Differences) error {
	people, emails := map[string]bool{}, map[string]string{}
	err := ledger.EachDocument(ctx, store, PersonDocuments, "", func(d ledger.Document) error {
		var written personDocument
		a, err := decodeAccount(d.Value)
		if err != nil || ledger.DecodeDocument(d.Value, &written) != nil || a.ID.String() != d.Key || !a.sound() {
			found.Add("people who sign in that cannot be read")
			return nil
		}
		people[d.Key], emails[fields.ClaimedEmail(a.Email)] = true, d.Key
		return nil
	})
	if err != nil {
		return err
	}
	claimed := 0
	err = ledger.EachDocument(ctx, store, PersonEmailDocuments, "", func(d ledger.Document) error {
		if id := emails[d.Key]; id == "" || id != string(d.Value) {
			found.Add("e-mails of people who sign in that belong to nobody")
		}
		claimed++
		return nil
	})
	if err != nil {
		return err
	}
	if claimed != len(people) {
		found.Add("people who sign in whose e-mail is not taken, or is taken twice")
	}
	return ledger.EachDocument(ctx, store, SignInDocuments, "", func(d ledger.Document) error {
		if _, _, err := decodeSignIn(d); err != nil || !people[d.Key] {
			found.Add("times of the last sign-in that cannot be read or belong to nobody")
		}
		return nil
	})
}

// sound reports whether a stored account is as accounts are.
func (a account) sound() bool {
	again := a
	if again.set(PersonChange{Name: &a.Name, Email: &a.Email, Scope: &a.Scope}) != nil || again != a {
		return false
	}
	if a.password != "" {
		if _, err := decodePassword(a.password); err != nil {
			return false
		}
	}
	return !a.CreatedAt.IsZero() && a.Version > 0 && a.epoch >= 0 && (a.link == digest{}) == a.InvitedUntil.IsZero()
}

// VerifySessions reads every session, and adds what is damaged to found. A session may outlive
// its key or person: it is of no use then, and removed soon. An error means that the store
// could not be read.
func VerifySessions(ctx context.Context, store ledger.DocumentReader, found *ledger.Differences) error {
	return ledger.EachDocument(ctx, store, SessionDocuments, "", func(d ledger.Document) error {
		if _, _, err := decodeSession(d); err != nil {
			found.Add("sessions that cannot be read")
		}
		return nil
	})
}

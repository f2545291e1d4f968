package storage

import (
	"context"
	"errors"
	"fmt"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/storage/engine"
)

func internal(message string, cause error) *fault.Error {
	return &fault.Error{Kind: fault.KindInternal, Type: "internal", Message: message, Err: cause}
}

func unavailable(slug, message string, cause error) *fault.Error {
	return &fault.Error{Kind: fault.KindUnavailable, Type: slug, Message: message, Err: cause}
}

// readFailure is what callers are told of a read that failed, nil for nil.
func readFailure(err error) error {
	var known *fault.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case errors.Is(err, engine.ErrClosed):
		return unavailable("shutting-down", "The store is shutting down.", err)
	case engine.Passing(err):
		return passing(err)
	case errors.Is(err, engine.ErrDead):
		return unavailable("storage-dead", "The store has failed; the server is about to end.", err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return cancelled(err)
	}
	return internal("The store could not be read.", err)
}

func cancelled(err error) error {
	return unavailable("cancelled", "The request was given up before it was done.", err)
}

func shuttingDown() error {
	return unavailable("shutting-down", "The store is shutting down.", engine.ErrClosed)
}

func tooLarge(cause error) error {
	return &fault.Error{Kind: fault.KindTooLarge, Type: "too-large", Message: "The change is too large for one commit; make it in parts.", Err: cause}
}

func tooManyOfOne() error {
	return &fault.Error{Kind: fault.KindTooMany, Type: "too-many-writes", Message: fmt.Sprintf(
		"%d writes of this key wait already. Nothing was changed; send it again when some of them are answered.", maxWaitingOfOne)}
}

func tooMany() error {
	return unavailable("busy", fmt.Sprintf("%d writes wait already. Nothing was changed; send it again in a moment.", maxWaiting), nil)
}

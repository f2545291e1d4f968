package storage

import (
	"errors"

	"github.com/ndoto/kundi/storage/engine"
)

// stuck is the error for requests while no write can ever succeed again.
func (c *committer) stuck() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.broken {
		return c.health
	}
	return nil
}

// writable is why writes cannot be taken at present, nil when they can.
func (c *committer) writable() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.health
}

// halt ends all writing until the next start.
func (c *committer) halt(cause error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.broken = true
	c.health = unavailable("storage-unavailable",
		"Writes have stopped because the outcome of one is unknown. Reads go on; a restart shows what was kept.", cause)
	c.logger.Error("writes have stopped", "error", cause)
}

// shortfall ends all writing because records are missing.
func (c *committer) shortfall(cause error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.broken {
		return
	}
	c.broken = true
	c.health = unavailable("storage-shortfall",
		"The store has lost records, so writes have stopped. The log of the server says which backup to restore.", cause)
	c.logger.Error("the store has lost records: writes have stopped", "error", cause)
}

// passing is what callers are told while the engine lacks something.
func passing(cause error) error {
	switch {
	case errors.Is(cause, engine.ErrDescriptors):
		return unavailable("storage-descriptors", "The server may open no more files. Nothing was changed.", cause)
	case errors.Is(cause, engine.ErrMemory):
		return unavailable("storage-memory", "The server may map no more memory. Nothing was changed.", cause)
	case errors.Is(cause, engine.ErrRepairing):
		return unavailable("storage-repairing", "The store is repairing its files. Nothing was changed.", cause)
	}
	return unavailable("storage-full", "There is no space left for data. Nothing was changed.", cause)
}

// refuse notes why a batch was not applied and returns the error for its
// callers.
func (c *committer) refuse(cause error) error {
	switch {
	case errors.Is(cause, engine.ErrClosed):
		return shuttingDown()
	case engine.Passing(cause):
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.health == nil {
			c.logger.Error("no writes can be taken for now", "error", cause)
		}
		c.health = passing(cause)
		return c.health
	case errors.Is(cause, errUndecided):
		c.halt(cause)
		return c.stuck()
	}
	return readFailure(cause)
}

// healthy notes that a batch went through.
func (c *committer) healthy() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.broken && c.health != nil {
		c.logger.Info("writes are taken again")
		c.health = nil
	}
}

// probe tries a write of no consequence while there is no room, at most one
// at a time: whoever reads Ready may have turned all other writers away.
func (c *committer) probe() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.health == nil || c.broken || c.probing {
		return
	}
	r := systemRequest(func(t *tx) error {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.probing = false
		t.put(keyFormat, encodeNumber(formatVersion))
		return nil
	})
	c.probing = c.queue.add(r) == nil
}

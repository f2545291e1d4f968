package perf

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// kept is what is known of a data folder that stays between two runs.
type kept struct {
	Contacts      int       `json:"contacts"`
	Conversations int       `json:"conversations"`
	Seed          uint64    `json:"seed"`
	Now           time.Time `json:"now"` // when what is in it was invented
	Key           string    `json:"key"` // for the server

	Filled bool          `json:"filled"` // it has all contacts
	Load   time.Duration `json:"load"`   // of the contacts
	Follow time.Duration `json:"follow"` // of the text index after that

	Talked   bool          `json:"talked"` // it has all conversations
	Messages int           `json:"messages"`
	Text     int64         `json:"text"` // bytes of all messages
	Import   time.Duration `json:"import"`
	Found    time.Duration `json:"found"`  // of the text index after that
	Before   use           `json:"before"` // on disk, without conversations
	After    use           `json:"after"`
}

// keptFile is where a folder has it, beside the data.
const keptFile = "bench.json"

// readKept returns what is known of a folder that is kept, and else what is asked for. It fails when
// the folder has something else.
func readKept(dir string, asked kept) (kept, error) {
	if dir == "" {
		return asked, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return kept{}, err
	}
	file := filepath.Join(dir, keptFile)
	text, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return asked, os.RemoveAll(filepath.Join(dir, "data")) // of a load that did not end
	case err != nil:
		return kept{}, err
	}
	var k kept
	if err := json.Unmarshal(text, &k); err != nil {
		return kept{}, fmt.Errorf("%s: %w", file, err)
	}
	if k.Contacts != asked.Contacts || k.Seed != asked.Seed || k.Talked && k.Conversations != asked.Conversations {
		return kept{}, fmt.Errorf("%s has %d contacts and %d conversations of seed %d: measure these, or choose another folder",
			dir, k.Contacts, k.Conversations, k.Seed)
	}
	k.Conversations = asked.Conversations
	return k, nil
}

// write notes it in a folder that is kept; dir is empty for one that is not.
func (k kept) write(dir string) error {
	if dir == "" {
		return nil
	}
	return os.WriteFile(filepath.Join(dir, keptFile), encode(k), 0o600)
}

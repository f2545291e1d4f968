package wire

import (
	"io"
	"net/http"
)

// buffer holds an answer in pieces, so that it never has to be moved while it
// grows. Each piece is taken from the visit before it is made. Only the
// goroutine of the handler uses it.
type buffer struct {
	visit  *Visit
	most   int64 // bytes
	done   bool  // it tells of a write, which cannot be refused any more
	size   int64
	pieces [][]byte
}

// Write adds to the answer, or fails with a problem when it has too much.
func (b *buffer) Write(text []byte) (written int, err error) {
	if !b.done && b.size+int64(len(text)) > b.most {
		return 0, answerTooLarge(b.most)
	}
	for written < len(text) {
		last := len(b.pieces) - 1
		if last < 0 || len(b.pieces[last]) == cap(b.pieces[last]) {
			if err := b.grow(); err != nil {
				return written, err
			}
			last++
		}
		piece := b.pieces[last]
		n := min(len(text)-written, cap(piece)-len(piece))
		b.pieces[last] = append(piece, text[written:written+n]...)
		b.size += int64(n)
		written += n
	}
	return written, nil
}

// Ration is how much of an answer's size is taken while what it will hold is read.
// It is taken from the bytes of the visit, which the answer then has already when
// it is encoded. Only the goroutine of the handler uses it.
type Ration struct {
	visit *Visit
	taken int64 // bytes
}

// Ration begins the reading of an answer in one piece.
func (v *Visit) Ration() *Ration { return &Ration{visit: v} }

// Spend takes n bytes more for the answer. It fails with a problem when the answer
// would be too large, or the key has too much under way.
func (r *Ration) Spend(n int64) error {
	most := r.visit.server.limits.Answer
	if r.taken += n; r.taken > most {
		return answerTooLarge(most)
	}
	return r.visit.reserveBytes(n)
}

// grow makes room for as much as is there already, from firstPiece to
// PieceSize.
func (b *buffer) grow() error {
	size := min(max(firstPiece, b.size), PieceSize)
	missing := b.visit.useReserved(size)
	if b.done {
		b.visit.chargeBytes(missing)
	} else if err := b.visit.takeBytes(missing); err != nil {
		return err
	}
	b.pieces = append(b.pieces, make([]byte, 0, size))
	return nil
}

// sendTo writes all of it, until the client is gone.
func (b *buffer) sendTo(w io.Writer) {
	for _, piece := range b.pieces {
		if _, err := w.Write(piece); err != nil {
			return
		}
	}
}

// answerTooLarge refuses an answer that would have more bytes than it may.
func answerTooLarge(most int64) error {
	return NewProblem(http.StatusRequestEntityTooLarge, "answer-too-large",
		"The answer would have more than "+sizeOf(most)+". Ask for less at once, with limit.")
}

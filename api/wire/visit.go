package wire

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/fault"
)

// patience is how long a heavy question waits for its turn, if the operation says
// nothing else.
const patience = 5 * time.Second

// Visit is a request that is under way, and what it has taken of the limits. Only
// the goroutine of its handler may use it.
type Visit struct {
	server *Server
	ctx    context.Context // of the whole request, without a deadline of ours
	usage  *usage          // nil when nothing is limited: for the owner, and where no key is needed
	again  func() error    // says whether the caller may go on; nil for those
	from   netip.Addr      // the address that it came from
	head   bool            // only the header of the answer is sent
	media  string          // in which it is answered
	sent   string          // media type of the body
	file   []byte          // a body that is no JSON, see Operation.Files
	isFile bool            // there is one, which may be empty
	bytes  int64
	ahead  int64 // of these, taken for what is not encoded yet
	heavy  bool
	placed bool

	answered bool                  // some of the body was sent
	ends     []func(answered bool) // see AtEnd
}

// visitKey is where the visit is in the context of a request.
type visitKey struct{}

// VisitOf returns the visit that a handler serves, by the context it was given. It
// panics for any other context.
func VisitOf(ctx context.Context) *Visit { return ctx.Value(visitKey{}).(*Visit) }

// File returns the body of a request that has one of the media types of Operation.Files, and that
// media type; false for a request with JSON. The text is UTF-8, without the blanks around it.
func (v *Visit) File() (media string, text []byte, sent bool) { return v.sent, v.file, v.isFile }

// From returns the address that the request came from, which may be that of a proxy.
func (v *Visit) From() netip.Addr { return v.from }

// addressOf returns the address of the connection of a request, the zero one of a socket in a
// folder.
func addressOf(r *http.Request) netip.Addr {
	address, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return address.Addr()
}

// admit lets a request in whose caller has one of the scopes and keeps to its
// limits. end must be called in any case.
func (s *Server) admit(c *gin.Context, scopes []access.Scope) (*Visit, error) {
	v := &Visit{server: s, head: c.Request.Method == http.MethodHead, from: addressOf(c.Request)}
	if allowed(scopes, Open) {
		v.ctx = context.WithValue(c.Request.Context(), visitKey{}, v)
		return v, s.checkOrigin(c.Request)
	}
	by, err := s.authenticate(c.Request)
	if err != nil {
		return v, err
	}
	v.ctx = context.WithValue(context.WithValue(c.Request.Context(), callerKey{}, by), visitKey{}, v)
	c.Set(callerSlot, by.Principal)
	if by.Kind != access.KindOwner {
		now := s.now()
		u := s.usages.of(by.Principal, now)
		if err := u.enter(); err != nil {
			return v, err
		}
		v.usage, v.again = u, by.again
		if err := u.spend(now, c.Writer.Header()); err != nil {
			v.drain(c)
			return v, err
		}
	}
	if !allowed(scopes, by.Scope) {
		return v, &fault.Error{Kind: fault.KindForbidden, Type: "forbidden", Message: notAllowed(scopes, by.Principal)}
	}
	return v, nil
}

// drain throws away the body of a request that is refused for its amount: a
// client that still sends would see a broken connection, not that it should
// slow down. A refused request is under way until then.
func (v *Visit) drain(c *gin.Context) {
	if c.Request.ContentLength != 0 {
		drain(c.Writer, c.Request, MaxBatchBody)
	}
}

// end gives back all that the request has taken.
func (v *Visit) end() {
	if v.usage == nil {
		return
	}
	v.leavePlace()
	for _, end := range v.ends {
		end(v.answered)
	}
	v.giveBytes(v.bytes)
	if v.heavy {
		v.usage.endHeavy()
	}
	v.usage.leave()
}

// AtEnd has a function called when the request is over. answered says whether some
// of the body was sent: a refusal, a 304 and the answer to a HEAD send none of it.
// It is not called for requests that nothing is limited for.
func (v *Visit) AtEnd(call func(answered bool)) { v.ends = append(v.ends, call) }

// beginHeavy makes the request a heavy question, which its key may only have so
// many of.
func (v *Visit) beginHeavy() error {
	if v.usage == nil || v.heavy {
		return nil
	}
	err := v.usage.beginHeavy()
	v.heavy = err == nil
	return err
}

// takePlace waits for a place among the heavy questions that are worked on.
func (v *Visit) takePlace(ctx context.Context, patience time.Duration) error {
	if v.usage == nil || v.placed {
		return nil
	}
	err := v.server.places.take(ctx, v.usage, patience)
	v.placed = err == nil
	return err
}

// leavePlace gives the place to others: while an answer is sent nothing is
// worked on, however long its reader takes.
func (v *Visit) leavePlace() {
	if v.placed {
		v.placed = false
		v.server.places.give(v.usage)
	}
}

// OutOfPlace gives the place among the heavy questions to others while wait runs,
// and takes one again. It returns the error of wait, or that no place came in time.
func (v *Visit) OutOfPlace(ctx context.Context, wait func() error) error {
	v.leavePlace()
	if err := wait(); err != nil {
		return err
	}
	return v.takePlace(ctx, patience)
}

// inPlace works on a part of a heavy question. work must not wait for the
// client. It is not begun when the caller may not go on, as when the key was revoked
// since the request began: a stream may last for hours.
func (v *Visit) inPlace(ctx context.Context, patience time.Duration, work func() error) error {
	if v.again != nil {
		if err := v.again(); err != nil {
			return err
		}
	}
	if err := v.takePlace(ctx, patience); err != nil {
		return err
	}
	defer v.leavePlace()
	return work()
}

// takeBytes takes n bytes of memory for a body or an answer, from the share of the key
// and from that of all keys.
func (v *Visit) takeBytes(n int64) error {
	if v.usage == nil {
		return nil
	}
	if !v.usage.bytes.take(n) {
		return tooMany("too-many-bytes", "The bodies and answers of the key that are under way have "+sizeOf(v.usage.bytes.most)+
			" together. Send and read them one after the other.", 1)
	}
	if !v.server.bytes.take(n) {
		v.usage.bytes.give(n)
		return busy()
	}
	v.bytes += n
	return nil
}

// reserveBytes takes memory for what will be part of the answer.
func (v *Visit) reserveBytes(n int64) error {
	err := v.takeBytes(n)
	if err == nil {
		v.ahead += n
	}
	return err
}

// useReserved returns how many of n bytes are still to be taken.
func (v *Visit) useReserved(n int64) int64 {
	used := min(n, v.ahead)
	v.ahead -= used
	return n - used
}

// chargeBytes takes memory for the answer to a write. It is done and cannot be
// refused, so those who ask next are.
func (v *Visit) chargeBytes(n int64) {
	if v.usage != nil {
		v.bytes += n
		v.usage.bytes.charge(n)
		v.server.bytes.charge(n)
	}
}

func (v *Visit) giveBytes(n int64) {
	if v.usage != nil {
		v.bytes -= n
		v.usage.bytes.give(n)
		v.server.bytes.give(n)
	}
}

// tooMany is the 429 for a request beyond the limits of a key. The client may try again
// after the given number of seconds.
func tooMany(slug, detail string, after float64) *Problem {
	return NewProblem(http.StatusTooManyRequests, slug, detail).After(time.Duration(max(1, seconds(after))) * time.Second)
}

// busy refuses what the server has no room for.
func busy() *Problem {
	return NewProblem(http.StatusServiceUnavailable, "busy", "The server is busy with other requests. Nothing was changed; ask again a little later.").After(time.Second)
}

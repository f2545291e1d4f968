package contacts

import (
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/workers"
)

// preparationPart is how many drafts of a batch become ready together.
const preparationPart = 50

// preparation is the drafts of a batch that are being prepared, on all
// processors: checking a contact takes about as long as storing it. They
// become ready from the front on, so that the first are stored while the last
// are still checked.
type preparation struct {
	items   []item
	ready   []chan struct{} // one for each part, closed when it is
	workers sync.WaitGroup
	failed  atomic.Pointer[error] // a panic of a worker
}

// prepareAll starts to prepare drafts; ids are given out in their order. Rules are those
// of a file, nil for requests. The caller calls finish in the end.
func (s *Service) prepareAll(drafts []fields.Draft, rules *FileRules) *preparation {
	p := &preparation{items: make([]item, len(drafts))}
	for i, d := range drafts {
		p.items[i] = s.newItem(d)
		p.items[i].rules = rules
	}
	for range (len(drafts) + preparationPart - 1) / preparationPart {
		p.ready = append(p.ready, make(chan struct{}))
	}
	schema := s.store.Schema()
	var next atomic.Int64
	for range min(runtime.GOMAXPROCS(0), len(p.ready)) {
		p.workers.Go(func() {
			for part := next.Add(1) - 1; part < int64(len(p.ready)); part = next.Add(1) - 1 {
				p.check(int(part), schema)
			}
		})
	}
	return p
}

// check checks a part. A panic is kept for who waits for it.
func (p *preparation) check(part int, schema *fields.Schema) {
	defer close(p.ready[part])
	err := workers.Try(func() error {
		from := part * preparationPart
		for i := from; i < min(from+preparationPart, len(p.items)); i++ {
			p.items[i].check(schema)
		}
		return nil
	})
	if err != nil {
		p.failed.Store(&err)
	}
}

// wait returns when the first n items are ready. It panics when a worker has.
func (p *preparation) wait(n int) {
	for part := range (n + preparationPart - 1) / preparationPart {
		<-p.ready[part]
	}
	if err := p.failed.Load(); err != nil {
		panic(*err)
	}
}

// finish returns when nothing of the preparation goes on any more.
func (p *preparation) finish() { p.workers.Wait() }

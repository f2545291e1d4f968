package storage

// publisher tells followers and readers of commits, in their order, and then answers the
// callers. It has a goroutine of its own, so that the closures of a bulk load go on while
// its last commit gets into the columns.
type publisher struct {
	publish func(commit) error
	failed  func(error) // is told why a commit could not be published; none is after it
	handed  chan publication
	ended   chan struct{}
}

// publication is what follows from one commit of the committer.
type publication struct {
	commit   *commit // nil when nothing was written
	requests []*request
	answers  []answer // one for each request
	done     chan struct{}
}

func newPublisher(publish func(commit) error, failed func(error)) publisher {
	return publisher{publish: publish, failed: failed, handed: make(chan publication), ended: make(chan struct{})}
}

// hand returns when the callers have their answers, or at once if none of them waits until
// the commit is published: others come sooner then, and fewer commits are enough for them.
// It waits until the commit before is published, so that there is one at a time.
func (p *publisher) hand(of publication) {
	hasty := len(of.requests) > 0
	for _, r := range of.requests {
		hasty = hasty && r.hasty
	}
	if hasty {
		of.answer()
		of.requests = nil
		p.handed <- of
		return
	}
	of.done = make(chan struct{})
	p.handed <- of
	<-of.done
}

// run is the publisher's goroutine. It ends when close is called.
func (p *publisher) run() {
	defer close(p.ended)
	working := true
	for of := range p.handed {
		if working && of.commit != nil {
			if err := p.publish(*of.commit); err != nil {
				// The commit is durable, so its callers are answered; nobody after them.
				p.failed(err)
				working = false
			}
		}
		of.answer()
		if of.done != nil {
			close(of.done)
		}
	}
}

// close returns when all that was handed over is published.
func (p *publisher) close() {
	close(p.handed)
	<-p.ended
}

// answer answers the requests.
func (of *publication) answer() {
	for i, r := range of.requests {
		r.done <- of.answers[i]
	}
}

package imports

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// numbered returns a file of n rows, a1@b.example on line 2.
func numbered(n int) string {
	var b strings.Builder
	b.WriteString("email\n")
	for i := range n {
		fmt.Fprintf(&b, "a%d@b.example\n", i+1)
	}
	return b.String()
}

func TestCells(t *testing.T) {
	file := "email,labels,channels,topics,newsletter,attributes.mrr,job title,created_at,country\n" +
		"a@b.example, vip ; key account|x;;,whatsapp; email,news|offers,Yes,\"1234.50\",CEO,2024-02-29T08:30:00Z,ke\n" +
		"b@b.example,,,,no,,,,\n" +
		"c@b.example,;,,,true,,,,\n"
	p, err := plan(t, file, Options{})
	require.NoError(t, err)
	to := newRecorder(sampleAttributes()...)
	summary, err := p.Run(t.Context(), to)
	require.NoError(t, err)
	require.Equal(t, Summary{Created: 3}, summary)
	require.Equal(t, []fields.Draft{
		{
			"email": "a@b.example", "labels": []any{"vip", "key account", "x"}, "channels": []any{"whatsapp", "email"},
			"created_at": "2024-02-29T08:30:00Z", "country": "ke",
			"attributes": map[string]any{"topics": []any{"news", "offers"}, "newsletter": true, "mrr": "1234.50", "job_title": "CEO"},
		},
		{"email": "b@b.example", "attributes": map[string]any{"newsletter": false}},
		{"email": "c@b.example", "attributes": map[string]any{"newsletter": "true"}},
	}, to.drafts(), "empty cells give nothing, which leaves the contact as it is")
}

func TestRefusedRowsAreReportedAndTheOthersGoOn(t *testing.T) {
	file := "name,email,phone,mrr\n" +
		"A,a@b.example,,12\n" +
		"B,nonsense,secret,twelve\n" +
		"\"C\nD\",nobody,,\n" +
		"E,e@b.example,,\n"
	var rejects strings.Builder
	p, err := plan(t, file, Options{Rejects: &rejects})
	require.NoError(t, err)
	to := newRecorder(sampleAttributes()...)
	summary, err := p.Run(t.Context(), to)
	require.NoError(t, err)
	require.Equal(t, Summary{Created: 2, Refused: 2}, summary)
	require.Equal(t, 4, summary.Done())
	lines := strings.Split(strings.TrimSpace(rejects.String()), "\n")
	require.Equal(t, `"line","field","reason"`, lines[0])
	require.Len(t, lines, 5)
	for i, begin := range []string{`3,"email",`, `3,"phone",`, `3,"attributes.mrr",`, `4,"email",`} {
		require.True(t, strings.HasPrefix(lines[i+1], begin), lines[i+1])
	}
	for _, value := range []string{"nonsense", "secret", "twelve", "nobody"} {
		require.NotContains(t, rejects.String(), value)
	}
}

func TestNothingIsReportedWithoutRejects(t *testing.T) {
	var rejects strings.Builder
	p, err := plan(t, numbered(3), Options{Rejects: &rejects})
	require.NoError(t, err)
	_, err = p.Run(t.Context(), newRecorder())
	require.NoError(t, err)
	require.Empty(t, rejects.String())
}

func TestReasonsOfAConflictAndOfAStranger(t *testing.T) {
	id := uuid.MustParse("01938e5c-8e1a-7a0a-9b57-000000000001")
	var b strings.Builder
	r := newRejects(&b)
	conflict := &fault.Error{Kind: fault.KindConflict, Message: "The email belongs to another contact.", Field: "email", ContactIDs: []ledger.ID{id}}
	require.NoError(t, r.refused(7, conflict))
	r.made(id, 5)
	require.NoError(t, r.refused(9, conflict))
	require.NoError(t, r.refused(8, errors.New("dial tcp: secret")))
	require.NoError(t, r.flush())
	require.Equal(t, `"line","field","reason"`+"\n"+
		`7,"email","The email belongs to another contact. (contact `+id.String()+`)"`+"\n"+
		`9,"email","The email belongs to another contact. (contact of line 5)"`+"\n"+
		`8,"","The server could not say why; see its log."`+"\n", b.String())
}

func TestBatchesKeepTheOrder(t *testing.T) {
	var done []int64
	o := Options{BatchSize: 4, Progress: func(p Progress) {
		if p.Phase == Importing {
			require.EqualValues(t, 10, p.Total)
			done = append(done, p.Done)
		}
	}}
	p, err := plan(t, numbered(10), o)
	require.NoError(t, err)
	to := newRecorder()
	_, err = p.Run(t.Context(), to)
	require.NoError(t, err)
	require.Equal(t, []int64{4, 8, 10}, done)
	require.Len(t, to.batches, 3)
	for i, email := range to.emails() {
		require.Equal(t, fmt.Sprintf("a%d@b.example", i+1), email)
	}
}

func TestBatchesOfLongRowsAreSmall(t *testing.T) {
	row := strings.Repeat("long text ", 20_000) + "\n"
	p, err := plan(t, "name\n"+strings.Repeat(row, 40), Options{})
	require.NoError(t, err)
	to := newRecorder()
	_, err = p.Run(t.Context(), to)
	require.NoError(t, err)
	require.Greater(t, len(to.batches), 3)
	for _, batch := range to.batches {
		require.LessOrEqual(t, len(batch), maxBatchBytes/len(row)+2)
	}
}

func TestARunResumesWhereItStopped(t *testing.T) {
	down := &fault.Error{Kind: fault.KindUnavailable, Type: "unavailable", Message: "Not now."}
	p, err := plan(t, numbered(10), Options{BatchSize: 3})
	require.NoError(t, err)
	to := newRecorder()
	to.before = func(batch int) error {
		if batch == 2 {
			return down
		}
		return nil
	}
	summary, err := p.Run(t.Context(), to)
	require.ErrorIs(t, err, down)
	require.Equal(t, Summary{Created: 6, NextLine: 8}, summary)

	to.before = nil
	p, err = plan(t, numbered(10), Options{BatchSize: 3, FromLine: summary.NextLine})
	require.NoError(t, err)
	require.Equal(t, 4, p.Rows)
	summary, err = p.Run(t.Context(), to)
	require.NoError(t, err)
	require.Equal(t, Summary{Created: 4}, summary)
	require.Len(t, to.emails(), 10)
	require.Equal(t, "a10@b.example", to.emails()[9])
}

func TestARunEndsWithTheContext(t *testing.T) {
	ctx, stop := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	p, err := plan(t, numbered(100), Options{BatchSize: 10})
	require.NoError(t, err)
	to := newRecorder()
	to.before = func(batch int) error {
		if batch == 3 {
			stop(cause)
			return context.Cause(ctx)
		}
		return nil
	}
	summary, err := p.Run(ctx, to)
	require.ErrorIs(t, err, cause)
	require.Equal(t, Summary{Created: 30, NextLine: 32}, summary)

	summary, err = p.Run(ctx, to)
	require.ErrorIs(t, err, cause, "it was over before it began")
	require.Equal(t, Summary{NextLine: 2}, Summary{NextLine: max(summary.NextLine, 2)})
	require.Zero(t, summary.Done())
}

func TestAPlanCanRunAgain(t *testing.T) {
	p, err := plan(t, numbered(10), Options{BatchSize: 3})
	require.NoError(t, err)
	for range 2 {
		to := newRecorder()
		_, err = p.Run(t.Context(), to)
		require.NoError(t, err)
		require.Len(t, to.emails(), 10)
	}
}

// growing is a file that is replaced between the check and the run.
type growing struct {
	*strings.Reader
	changed bool
	next    string
}

func (g *growing) Seek(offset int64, whence int) (int64, error) {
	if g.changed && offset == 0 && whence == io.SeekStart && g.Reader.Len() == 0 {
		g.Reader.Reset(g.next)
	}
	return g.Reader.Seek(offset, whence)
}

func TestAFileThatChangesIsNoticed(t *testing.T) {
	for name, next := range map[string]string{
		"other columns":   "email,name\na@b.example,A\n",
		"damaged":         "email\na@b.example,A\n",
		"empty":           "",
		"shorter":         numbered(2),
		"longer":          numbered(4),
		"a quote is open": "email\n\"a@b.example\n",
	} {
		t.Run(name, func(t *testing.T) {
			file := &growing{Reader: strings.NewReader(numbered(3))}
			p, err := New(t.Context(), file, nil, Options{})
			require.NoError(t, err)
			file.changed, file.next = true, next
			summary, err := p.Run(t.Context(), newRecorder())
			var known *fault.Error
			require.ErrorAs(t, err, &known)
			require.Equal(t, "invalid-file", known.Type)
			require.LessOrEqual(t, summary.Done(), 4)
			next := 1
			if summary.Done() > 0 {
				next = 2 + summary.Done() // below the header
			}
			require.Equal(t, next, summary.NextLine)
		})
	}
}

// short is an Upserter that loses outcomes.
type short struct{}

func (short) UpsertBatch(context.Context, []fields.Draft, contacts.FileRules) ([]Outcome, error) {
	return nil, nil
}

func TestLostOutcomesAreAnError(t *testing.T) {
	p, err := plan(t, numbered(3), Options{})
	require.NoError(t, err)
	summary, err := p.Run(t.Context(), short{})
	require.Error(t, err)
	require.Equal(t, 2, summary.NextLine)
}

// full is a writer without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestAReportThatCannotBeWrittenIsAnError(t *testing.T) {
	p, err := plan(t, "email\nnonsense\n", Options{Rejects: full{}})
	require.NoError(t, err)
	_, err = p.Run(t.Context(), newRecorder())
	require.ErrorIs(t, err, io.ErrShortWrite)
}

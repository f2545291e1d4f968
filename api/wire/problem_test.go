package wire

import (
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
)

func TestTooManyIsToldWhenToComeBack(t *testing.T) {
	w := httptest.NewRecorder()
	writeProblem(w, ProblemOf(&fault.Error{Kind: fault.KindTooMany, Type: "too-many-writes", Message: "Too many writes wait."}))
	require.Equal(t, 429, w.Code)
	require.Equal(t, "1", w.Header().Get("Retry-After"))
	require.Contains(t, w.Body.String(), `"type":"too-many-writes"`)
}

func TestAProblemIsWrittenAsOtherAnswersAre(t *testing.T) {
	w := httptest.NewRecorder()
	writeProblem(w, ProblemOf(&fault.Error{Kind: fault.KindInvalid, Message: "a < b & c > d"}))
	require.Contains(t, w.Body.String(), `"a < b & c > d"`)
	require.Equal(t, strconv.Itoa(w.Body.Len()), w.Header().Get("Content-Length"))
}

package durable

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFileIsWholeOrAsItWas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	put := func(content string, err error) (int64, error) {
		return Write(path, func(w io.Writer) error {
			_, failed := io.Copy(w, strings.NewReader(content))
			return errors.Join(failed, err)
		})
	}
	size, err := put("first", nil)
	require.NoError(t, err)
	require.Equal(t, int64(5), size)
	_, err = put("second", io.ErrUnexpectedEOF)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Equal(t, "first", read(t, path))
	require.NoFileExists(t, path+New, "it would take room of a full disk")
	_, err = put("third", nil)
	require.NoError(t, err)
	require.Equal(t, "third", read(t, path))
	require.NoFileExists(t, path+New)

	require.NoError(t, Remove(path))
	require.NoFileExists(t, path)
	require.NoError(t, Remove(path), "it need not be there")
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(content)
}

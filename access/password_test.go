package access

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/argon2"
)

func TestAHashSaysWhatItCost(t *testing.T) {
	h := newHasher()
	hash, err := h.hash(t.Context(), rand.Reader, secret)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$"), hash)
	other, err := h.hash(t.Context(), rand.Reader, secret)
	require.NoError(t, err)
	require.NotEqual(t, hash, other, "each has its own salt")

	salt := []byte("0123456789abcdef")
	cheaper := "$argon2id$v=19$m=64,t=1,p=2$" + passwordEncoding.EncodeToString(salt) + "$" +
		passwordEncoding.EncodeToString(argon2.IDKey([]byte(secret), salt, 1, 64, 2, 24))
	for _, hash := range []string{hash, cheaper} {
		same, err := h.same(t.Context(), hash, secret)
		require.NoError(t, err)
		require.True(t, same)
		same, err = h.same(t.Context(), hash, secret+" ")
		require.NoError(t, err)
		require.False(t, same)
	}
	for _, broken := range []string{
		"", "$", hash[1:], hash + "$", strings.Replace(hash, "argon2id", "argon2i", 1), strings.Replace(hash, "v=19", "v=16", 1),
		strings.Replace(hash, "t=2", "t=0", 1), strings.Replace(hash, "p=1", "p=0", 1), hash[:len(hash)-30], strings.Replace(hash, "m=", "k=", 1),
	} {
		_, err := h.same(t.Context(), broken, secret)
		require.Error(t, err, broken)
	}
}

func TestHashesWaitForEachOther(t *testing.T) {
	h := newHasher()
	for range hashesAtOnce {
		h.slots <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := h.hash(ctx, rand.Reader, secret)
	require.ErrorIs(t, err, context.Canceled)
	<-h.slots
	_, err = h.hash(t.Context(), rand.Reader, secret)
	require.NoError(t, err)
	require.Len(t, h.slots, hashesAtOnce-1, "the place is free again")
}

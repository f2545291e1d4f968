package perf_test

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"testing"

	"github.com/ndoto/kundi/cli"
)

// asProgram makes this test binary be kundi, so that it has a server to
// measure.
const asProgram = "KUNDI_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		code := cli.Main(ctx, os.Args[1:], os.Stdout, os.Stderr)
		stop()
		os.Exit(code)
	}
	os.Setenv(asProgram, "1")
	os.Exit(m.Run())
}

#!/bin/sh
# Kills a server again and again while eight clients write to it and one takes
# snapshots. It also kills it while it stops, writes a checkpoint, starts,
# rebuilds its index, compacts and imports. After each death it looks for
# everything that the server had acknowledged.
# Argument: the number of rounds (50).
set -eu
cd "$(dirname "$0")/.."
KUNDI_CRASH_ROUNDS="${1:-50}" exec go test -count=1 -timeout 30m -run '^TestNothingAcknowledgedIsLostWhenKilled$' -v .

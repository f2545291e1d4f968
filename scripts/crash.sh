#!/bin/sh
# Kills a server that eight clients write to and one takes snapshots from, again
# and again, also while it stops (and writes a checkpoint), starts, rebuilds its
# index, compacts and imports, and looks after each death for everything that
# was acknowledged. The first argument is the number of rounds.
set -eu
cd "$(dirname "$0")/.."
KUNDI_CRASH_ROUNDS="${1:-50}" exec go test -count=1 -timeout 30m -run '^TestNothingAcknowledgedIsLostWhenKilled$' -v .

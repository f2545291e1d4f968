#!/usr/bin/env bash
# Writes and merges while descriptors, memory and disk come and go at random, and
# looks that nothing acknowledged is lost: scripts/scarcity.sh [ROUNDS] [SECONDS].
# 200 rounds of 20 seconds take some 80 minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-200}
seconds=${2:-20}
KUNDI_SCARCITY_ROUNDS=$rounds KUNDI_SCARCITY_TIME=${seconds}s \
	go test ./storage/engine/badger -run '^TestNothingIsLostForWantOfAnything$' -count=1 -v -timeout "$((rounds * (seconds + 20) + 600))s"

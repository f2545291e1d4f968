#!/usr/bin/env bash
# Writes and merges while file descriptors, memory and disk run short and come
# back at random. It checks that nothing acknowledged is lost.
# Arguments: rounds (200), and seconds a round (20). That takes some 80 minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-200}
seconds=${2:-20}
KUNDI_SCARCITY_ROUNDS=$rounds KUNDI_SCARCITY_TIME=${seconds}s \
	go test ./storage/engine/badger -run '^TestNothingIsLostForWantOfAnything$' -count=1 -v -timeout "$((rounds * (seconds + 20) + 600))s"

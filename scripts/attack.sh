#!/bin/sh
# A hostile key does the worst that its scope allows (searches, counts of 500
# rules, facets, storms of segments, unread streams, idle and half-sent
# connections, bodies that never come, batches), while another key gets, changes
# and counts contacts. Prints what that one's requests took beside requests that
# do nothing, and what the hostile one's became; fails when a p99 is over 50 ms
# and over five times that of a request that does nothing. Arguments: for how
# long (2m), and how many contacts (1000000).
set -eu
cd "$(dirname "$0")/.."
exec go run . bench --attack "${1:-2m}" --contacts "${2:-1000000}"

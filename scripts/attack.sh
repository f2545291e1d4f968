#!/bin/sh
# A hostile key does the worst that its scope allows: searches, counts of 500
# rules, facets, many segments, unread streams, idle and half-sent connections,
# bodies that never come, batches. Another key gets, changes and counts contacts
# meanwhile. The script prints how long the requests of the second key took,
# beside requests that do nothing, and the outcomes of the first key's requests.
# It fails if a p99 of the second key is over 50 ms and also over five times that
# of a request that does nothing.
# Arguments: how long (2m), and how many contacts (1000000).
set -eu
cd "$(dirname "$0")/.."
exec go run . bench --attack "${1:-2m}" --contacts "${2:-1000000}"

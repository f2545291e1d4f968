#!/bin/sh
# Mixed load on a server of its own: 200 writes, 20 searches and 5 counts a
# second, and a segment refreshed every 10 seconds. Prints each minute how it
# stands, and fails when latency, files of the text index, memory or the lag
# of searches grow. Arguments: for how long (10m; an hour is 1h), and how many
# contacts (1000000).
set -eu
cd "$(dirname "$0")/.."
exec go run . bench --soak "${1:-10m}" --contacts "${2:-1000000}"

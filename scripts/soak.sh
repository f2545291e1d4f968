#!/bin/sh
# Serves mixed load from a server of its own: 200 writes, 20 searches and 5
# counts a second, and a refresh of a segment every 10 seconds. It prints each
# minute how the server is. It fails if latency, files of the text index, memory
# or the lag of searches grow.
# Arguments: how long (10m), and how many contacts (1000000).
set -eu
cd "$(dirname "$0")/.."
exec go run . bench --soak "${1:-10m}" --contacts "${2:-1000000}"

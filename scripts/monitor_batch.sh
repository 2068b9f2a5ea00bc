#!/bin/sh
# Watches a batch: a line at intervals, until it comes to rest.
# Usage: monitor_batch.sh [id] [flags of pawl monitor]
set -eu
exec "$(dirname -- "$0")/pawl.sh" monitor "$@"

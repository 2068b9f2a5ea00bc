#!/bin/sh
# Watches a batch: a line at intervals, until it comes to rest.
# Usage: monitor_batch.sh [id] [flags of pawl monitor]
set -eu
PAWL_SCRIPTS=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
export PAWL_SCRIPTS
exec node "$PAWL_SCRIPTS/launch.mjs" pawl monitor "$@"

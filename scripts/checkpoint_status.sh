#!/bin/sh
# Prints the checkpoint of a batch: state, counts, the documents processed last, those that failed.
# Usage: checkpoint_status.sh [id] [flags of pawl status]
set -eu
PAWL_SCRIPTS=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
export PAWL_SCRIPTS
exec node "$PAWL_SCRIPTS/launch.mjs" pawl status --checkpoint "$@"

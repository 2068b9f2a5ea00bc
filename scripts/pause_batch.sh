#!/bin/sh
# Pauses a batch; resume_batch.sh goes on with it.
# Usage: pause_batch.sh [id] [flags of pawl pause]
set -eu
PAWL_SCRIPTS=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
export PAWL_SCRIPTS
exec node "$PAWL_SCRIPTS/launch.mjs" pawl pause "$@"

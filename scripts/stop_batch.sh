#!/bin/sh
# Stops a batch for good; asks first, unless --yes is given.
# Usage: stop_batch.sh [id] [flags of pawl stop]
set -eu
PAWL_SCRIPTS=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
export PAWL_SCRIPTS
exec node "$PAWL_SCRIPTS/launch.mjs" pawl stop "$@"

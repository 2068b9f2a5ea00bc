#!/bin/sh
# Goes on with a batch in the background.
# Usage: resume_batch.sh [id] [flags of pawl resume]
set -eu
PAWL_SCRIPTS=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
export PAWL_SCRIPTS
exec node "$PAWL_SCRIPTS/launch.mjs" pawl resume --detach "$@"

#!/bin/sh
# Writes a report with plots about a batch.
# Usage: analyze_batch.sh [id] [flags of pawl analyze]
set -eu
PAWL_SCRIPTS=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
export PAWL_SCRIPTS
exec node "$PAWL_SCRIPTS/launch.mjs" pawl analyze "$@"

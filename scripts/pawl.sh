#!/bin/sh
# Runs pawl from any folder, installing it first on a fresh clone.
# Usage: pawl.sh <command> [flags]
set -eu
PAWL_SCRIPTS=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
export PAWL_SCRIPTS
if [ -d "$PAWL_SCRIPTS/../node_modules" ]; then
  exec node "$PAWL_SCRIPTS/../packages/pawl/bin/pawl.mjs" "$@"
fi
exec node "$PAWL_SCRIPTS/launch.mjs" pawl "$@"

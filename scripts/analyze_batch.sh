#!/bin/sh
# Writes a report with plots about a batch.
# Usage: analyze_batch.sh [id] [flags of pawl analyze]
set -eu
exec "$(dirname -- "$0")/pawl.sh" analyze "$@"

#!/bin/sh
# Prints the checkpoint of a batch: state, counts, the documents processed last, those that failed.
# Usage: checkpoint_status.sh [id] [flags of pawl status]
set -eu
exec "$(dirname -- "$0")/pawl.sh" status --checkpoint "$@"

#!/bin/sh
# Stops a batch for good; asks first, unless --yes is given.
# Usage: stop_batch.sh [id] [flags of pawl stop]
set -eu
exec "$(dirname -- "$0")/pawl.sh" stop "$@"

#!/bin/sh
# Pauses a batch; resume_batch.sh goes on with it.
# Usage: pause_batch.sh [id] [flags of pawl pause]
set -eu
exec "$(dirname -- "$0")/pawl.sh" pause "$@"

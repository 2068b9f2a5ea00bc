#!/bin/sh
# Goes on with a batch in the background.
# Usage: resume_batch.sh [id] [flags of pawl resume]
set -eu
exec "$(dirname -- "$0")/pawl.sh" resume --detach "$@"

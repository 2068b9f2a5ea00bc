#!/bin/sh
# Submits a file of documents and leaves the work running in the background.
# Usage: submit_batch.sh <file> [batch_id] [flags of pawl run]
set -eu
PAWL_SCRIPTS=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
export PAWL_SCRIPTS

if [ "$#" -lt 1 ]; then
  echo "Usage: $0 <file> [batch_id] [flags of pawl run]" >&2
  exit 2
fi
file=$1
shift
case "${1-}" in
  '' | -*) ;;
  *)
    batch_id=$1
    shift
    set -- --batch "$batch_id" "$@"
    ;;
esac
exec node "$PAWL_SCRIPTS/launch.mjs" pawl run "$file" --detach "$@"

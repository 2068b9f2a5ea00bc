#!/bin/sh
# Submits a file of documents and leaves the work running in the background.
# Usage: submit_batch.sh <file> [batch_id] [flags of pawl run]
set -eu

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
exec "$(dirname -- "$0")/pawl.sh" run "$file" --detach "$@"

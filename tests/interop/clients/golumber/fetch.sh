#!/usr/bin/env bash
# golumber: a sender and a receiver over go-lumber, the library that Beats use.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../../fetching.sh"

fill() {
  CGO_ENABLED=0 go build -C "$RECIPE" -trimpath -buildvcs=false -o "$PWD/golumber" .
}

fetch_once golumber

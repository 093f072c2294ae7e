#!/usr/bin/env bash
# Two Beats clients from npm, with the scripts that drive them.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../../fetching.sh"

fill() {
  cp "$RECIPE"/{package.json,package-lock.json,.npmrc,order.js,lumberjack-client.js,lumberjack-protocol.js} .
  npm ci --no-audit --no-fund --ignore-scripts
}

fetch_once node

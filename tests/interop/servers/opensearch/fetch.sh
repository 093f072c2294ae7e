#!/usr/bin/env bash
# OpenSearch 2.19.6, the last line that runs on JDK 17.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../../fetching.sh"

VERSION=2.19.6

fill() {
  unpack "org.opensearch.distribution.integ-test-zip:opensearch:$VERSION:zip"
  mv "opensearch-$VERSION"/* .
  rmdir "opensearch-$VERSION"
}

fetch_once opensearch

#!/usr/bin/env bash
# s3proxy: S3's API over memory, which checks signatures as S3 does.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../../fetching.sh"

fill() {
  cp "$RECIPE/pom.xml" .
  maven "$DEPENDENCY:copy-dependencies" -DincludeScope=runtime -DoutputDirectory=lib
}

fetch_once s3proxy

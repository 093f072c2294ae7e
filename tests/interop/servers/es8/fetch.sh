#!/usr/bin/env bash
# Elasticsearch 8.19.21 with security, and with an answer to GET / (see RootPlugin.java).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../../fetching.sh"

VERSION=8.19.21

fill() {
  unpack "org.elasticsearch.distribution.integ-test-zip:elasticsearch:$VERSION:zip"
  mv "elasticsearch-$VERSION"/* .
  rmdir "elasticsearch-$VERSION"
  mkdir -p classes modules/logsmith-root
  javac --release 17 -proc:none -nowarn -cp "lib/*" -d classes "$RECIPE/RootPlugin.java"
  jar --create --file modules/logsmith-root/root.jar -C classes .
  rm -r classes
  cat >modules/logsmith-root/plugin-descriptor.properties <<PROPERTIES
name=logsmith-root
description=answers GET /
version=$VERSION
elasticsearch.version=$VERSION
java.version=17
classname=logsmith.tests.RootPlugin
PROPERTIES
  chmod a+x bin/*
}

fetch_once es8

#!/usr/bin/env bash
# Elasticsearch 7.10.2, the last under Apache-2.0, with the modules that its test distribution lacks.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../../fetching.sh"

VERSION=7.10.2
MODULES="lang-painless ingest-common analysis-common mapper-extras reindex"

# pom ARTIFACT [INNARDS]: prints a project.
pom() {
  echo "<project><modelVersion>4.0.0</modelVersion>"
  echo "<groupId>logsmith.tests</groupId><artifactId>$1</artifactId><version>1</version>${2:-}</project>"
}

# One project per module below one parent: a single run of Maven collects the jars of all five.
fetch_modules() {
  local module listed=
  for module in $MODULES; do
    mkdir -p "projects/$module"
    pom "$module" "<dependencies><dependency><groupId>org.codelibs.elasticsearch.module</groupId>
      <artifactId>$module</artifactId><version>$VERSION</version></dependency></dependencies>" \
      >"projects/$module/pom.xml"
    listed+="<module>$module</module>"
  done
  pom all "<packaging>pom</packaging><modules>$listed</modules>" >projects/pom.xml
  maven -f projects/pom.xml "$DEPENDENCY:copy-dependencies" -DincludeScope=runtime -DoutputDirectory=jars
}

# describe MODULE CLASS [EXTENDED]: moves the jars in place, without those the server has, and writes the descriptor.
describe() {
  local folder=elasticsearch-$VERSION/modules/$1 jar
  mkdir -p "$folder"
  for jar in "projects/$1/jars/"*.jar; do
    [ -e "elasticsearch-$VERSION/lib/$(basename "$jar")" ] || mv "$jar" "$folder/"
  done
  cat >"$folder/plugin-descriptor.properties" <<PROPERTIES
name=$1
description=$1
version=$VERSION
elasticsearch.version=$VERSION
java.version=1.8
classname=org.elasticsearch.$2
extended.plugins=${3:-}
has.native.controller=false
PROPERTIES
}

# permit MODULE PERMISSION...: what the module may do under the security manager.
permit() {
  local folder=elasticsearch-$VERSION/modules/$1
  shift
  { echo "grant {"; printf '  permission %s;\n' "$@"; echo "};"; } >"$folder/plugin-security.policy"
}

fill() {
  unpack "org.elasticsearch.distribution.integ-test-zip:elasticsearch:$VERSION:zip"
  fetch_modules
  describe lang-painless painless.PainlessPlugin
  describe ingest-common ingest.common.IngestCommonPlugin lang-painless
  describe analysis-common analysis.common.CommonAnalysisPlugin lang-painless
  describe mapper-extras index.mapper.MapperExtrasPlugin
  describe reindex index.reindex.ReindexPlugin
  permit lang-painless 'java.lang.RuntimePermission "createClassLoader"' \
    'java.lang.RuntimePermission "getClassLoader"'
  permit reindex 'java.net.SocketPermission "*", "connect"'
  rm -rf projects
  mv "elasticsearch-$VERSION"/* .
  rmdir "elasticsearch-$VERSION"
}

fetch_once es7

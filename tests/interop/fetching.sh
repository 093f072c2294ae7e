# Sourced by every fetch.sh: fills one folder of the cache, once, even if two runs ask at the same time.
# The folder is named by a hash of the recipe (all beside fetch.sh but start.sh): a changed recipe is fetched anew.

CACHE=${LOGSMITH_TEST_CACHE:-$HOME/.cache/logsmith-tests}
RECIPE=$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)
DEPENDENCY=org.apache.maven.plugins:maven-dependency-plugin:3.6.1

# fetch_once NAME: calls `fill` in an empty folder, which gets its name when it is complete; prints its path.
fetch_once() {
  local hash place
  hash=$(cd "$RECIPE" && find . -type f ! -name start.sh -print0 | sort -z | xargs -0 sha256sum | sha256sum)
  place=$CACHE/$1-${hash:0:12}
  mkdir -p "$CACHE"
  exec 8>"$CACHE/$1.lock"
  flock 8
  if [ ! -d "$place" ]; then
    rm -rf "$CACHE/$1.part"
    mkdir "$CACHE/$1.part"
    (cd "$CACHE/$1.part" && set -e && fill) >&2
    chmod -R a+rX "$CACHE/$1.part"
    mv "$CACHE/$1.part" "$place"
  fi
  flock -u 8
  echo "$place"
}

# maven ARGUMENTS: runs alone, since Maven 3 does not lock its repository against a second Maven.
maven() {
  flock "$CACHE/maven.lock" mvn -B -q -ntp "$@"
}

# unpack COORDINATES: unpacks an artifact into the current folder.
unpack() {
  maven "$DEPENDENCY:unpack" "-Dartifact=$1" "-DoutputDirectory=$PWD"
  rm -rf "\${project.basedir}" # left behind by the plugin where there is no pom
}

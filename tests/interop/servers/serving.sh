# Sourced by every start.sh: how a server is run for the tests.

[ -t 0 ] && echo "ends with Ctrl-C, or Ctrl-D" >&2
exec 7<&0 # background jobs of a shell have no standard input

DROP=()
[ "$(id -u)" = 0 ] && DROP=(setpriv --reuid=65534 --regid=65534 --clear-groups) # Elasticsearch refuses root

# lend PLACE FOLDER: prints where a server that is not root can read what is in the cache, be it below /root.
lend() {
  if [ ${#DROP[@]} = 0 ]; then
    echo "$1"
    return
  fi
  cp -al "$1" "$2/program" 2>/dev/null || cp -a "$1" "$2/program" # another file system has no hard links
  echo "$2/program"
}

# own FOLDER: gives a folder to the user the server runs as.
own() {
  [ ${#DROP[@]} = 0 ] || chown -R 65534:65534 "$1"
}

# serve COMMAND: runs it until SIGTERM, or until standard input ends, which it does when the tests die.
serve() {
  ${DROP[@]+"${DROP[@]}"} "$@" </dev/null 7<&- &
  local server=$! watch status=0
  trap 'kill "$server" 2>/dev/null' TERM INT
  cat <&7 >/dev/null &
  watch=$!
  wait -n "$server" "$watch" || true
  kill "$server" 2>/dev/null || true
  wait "$server" || status=$?
  kill "$watch" 2>/dev/null || true
  return "$status"
}

# write_log_settings FILE: log4j that writes to standard output, so that there is one log.
write_log_settings() {
  cat >"$1" <<'PROPERTIES'
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %-5p %c{1.} %m%n
rootLogger.level = info
rootLogger.appenderRef.out.ref = out
PROPERTIES
}

# write_node_settings FILE PORT FOLDER: what the search servers have in common.
write_node_settings() {
  cat >"$1" <<YAML
cluster.name: logsmith-tests
node.name: node-1
discovery.type: single-node
network.host: 127.0.0.1
http.port: $2
transport.port: 0
path.data: $3/data
path.logs: $3/logs
cluster.routing.allocation.disk.threshold_enabled: false
YAML
}

HEAP=(-Xms512m -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1)
QUIET_NETTY=(-Dio.netty.noUnsafe=true -Dio.netty.noKeySetOptimization=true
  -Dio.netty.recycler.maxCapacityPerThread=0 -Dio.netty.allocator.numDirectArenas=0)

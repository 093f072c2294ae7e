#!/usr/bin/env bash
# start.sh PLACE PORT FOLDER: runs OpenSearch 2 on 127.0.0.1:PORT, with all it writes in FOLDER.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../serving.sh"
place=$1 port=$2 folder=$3

mkdir -p "$folder"/{config,data,logs,temp}
write_log_settings "$folder/config/log4j2.properties"
write_node_settings "$folder/config/opensearch.yml" "$port" "$folder"
own "$folder"
home=$(lend "$place" "$folder")

cd "$folder"
serve java "${HEAP[@]}" -Xshare:auto "${QUIET_NETTY[@]}" -Djava.security.manager=allow \
  -Djava.awt.headless=true -Dfile.encoding=UTF-8 \
  -Djna.nosys=true "-Djna.tmpdir=$folder/temp" "-Djava.io.tmpdir=$folder/temp" \
  -Dopensearch.networkaddress.cache.ttl=60 -Dopensearch.networkaddress.cache.negative.ttl=10 \
  -Dlog4j.shutdownHookEnabled=false -Dlog4j2.disable.jmx=true \
  -Djava.util.concurrent.ForkJoinPool.common.threadFactory=org.opensearch.secure_sm.SecuredForkJoinWorkerThreadFactory \
  "-Dopensearch.path.home=$home" "-Dopensearch.path.conf=$folder/config" \
  -Dopensearch.distribution.type=zip -Dopensearch.bundled_jdk=false \
  -cp "$home/lib/*" org.opensearch.bootstrap.OpenSearch

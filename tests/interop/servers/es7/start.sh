#!/usr/bin/env bash
# start.sh PLACE PORT FOLDER: runs Elasticsearch 7 on 127.0.0.1:PORT, with all it writes in FOLDER.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../serving.sh"
place=$1 port=$2 folder=$3

mkdir -p "$folder"/{config,data,logs,temp}
write_log_settings "$folder/config/log4j2.properties"
write_node_settings "$folder/config/elasticsearch.yml" "$port" "$folder"
echo "bootstrap.system_call_filter: false" >>"$folder/config/elasticsearch.yml"
own "$folder"
home=$(lend "$place" "$folder")

cd "$folder"
serve java "${HEAP[@]}" -Xshare:auto "${QUIET_NETTY[@]}" -Djava.security.manager=allow \
  -Djava.awt.headless=true -Dfile.encoding=UTF-8 -Djava.locale.providers=SPI,COMPAT \
  -Djna.nosys=true "-Djna.tmpdir=$folder/temp" "-Djava.io.tmpdir=$folder/temp" \
  -Des.networkaddress.cache.ttl=60 -Des.networkaddress.cache.negative.ttl=10 \
  -Dlog4j.shutdownHookEnabled=false -Dlog4j2.disable.jmx=true \
  "-Des.path.home=$home" "-Des.path.conf=$folder/config" \
  -Des.distribution.flavor=oss -Des.distribution.type=zip -Des.bundled_jdk=false \
  -cp "$home/lib/*" org.elasticsearch.bootstrap.Elasticsearch

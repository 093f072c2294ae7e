#!/usr/bin/env bash
# start.sh PLACE PORT FOLDER: runs Elasticsearch 8 on 127.0.0.1:PORT, with all it writes in FOLDER.
# It speaks HTTPS with FOLDER/http.crt and FOLDER/http.key, and knows the users in FOLDER/users (NAME:HASH).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../serving.sh"
place=$1 port=$2 folder=$3

mkdir -p "$folder"/{data,logs,temp}
cp -r "$place/config" "$folder/config"
sed -i '/UseG1GC/d; /Xlog:gc/d; /HeapDump/d' "$folder/config/jvm.options"
write_log_settings "$folder/config/log4j2.properties"
write_node_settings "$folder/config/elasticsearch.yml" "$port" "$folder"
cat >>"$folder/config/elasticsearch.yml" <<'YAML'
xpack.security.enabled: true
xpack.security.http.ssl.enabled: true
xpack.security.http.ssl.certificate: http.crt
xpack.security.http.ssl.key: http.key
YAML
cp "$folder"/http.{crt,key} "$folder/users" "$folder/config/"
cut -d: -f1 "$folder/users" | sed 's/^/superuser:/' >"$folder/config/users_roles"
own "$folder"
home=$(lend "$place" "$folder")

cd "$folder"
export ES_PATH_CONF=$folder/config ES_TMPDIR=$folder/temp HOME=$folder ES_JAVA_OPTS="${HEAP[*]}"
ES_JAVA_HOME=$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")
export ES_JAVA_HOME
serve bash "$home/bin/elasticsearch"

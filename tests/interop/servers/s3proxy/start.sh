#!/usr/bin/env bash
# start.sh PLACE PORT FOLDER: runs s3proxy on 127.0.0.1:PORT; FOLDER/keys holds the access key and the secret.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../serving.sh"
place=$1 port=$2 folder=$3
recipe=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

read -r access_key secret_key <"$folder/keys"
cat >"$folder/s3proxy.properties" <<PROPERTIES
s3proxy.endpoint=http://127.0.0.1:$port
s3proxy.authorization=aws-v2-or-v4
s3proxy.identity=$access_key
s3proxy.credential=$secret_key
jclouds.provider=transient-nio2
jclouds.identity=unused
jclouds.credential=unused
PROPERTIES
DROP=() # nothing here minds root

serve java -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "-Dlogback.configurationFile=$recipe/logback.xml" \
  -cp "$place/lib/*" org.gaul.s3proxy.Main --properties "$folder/s3proxy.properties"

#!/bin/sh
# Publishes a conversation as lines of JSON with kcat, and shows the first alert of it. The record's key stands before
# the tab. EARSHOT_BROKERS: host:port with commas. Alerts are protobuf: buf, which comes with this repository, shows them
# as JSON.
set -eu
cd "$(dirname "$0")/../../.."
brokers="${EARSHOT_BROKERS:-127.0.0.1:9092}"
now="$(date +%s)000"
call="kcat-$now"
tab="$(printf '\t')"

# librdkafka's own partitioner differs from that of Java clients; all who publish for a conversation must use one.
kcat -P -b "$brokers" -t earshot.inbound.v1 -K "$tab" -X partitioner=murmur2_random -X acks=all \
  -H content-type=application/json <<EOF
$call$tab{"kind":"started","atMs":$now,"channel":"chat","direction":"inbound"}
$call$tab{"kind":"utterance","participantId":"customer","role":"customer","leg":"customer","segment":0,"text":"再不处理我就打12315投诉","startMs":$now,"endMs":$now}
EOF
echo "$call: published"

tries=0
while [ $tries -lt 30 ]; do
  place="$(kcat -C -q -e -b "$brokers" -t earshot.alerts.v1 -o beginning -f '%p %o %k\n' | grep "|$call\$" | head -n 1)" || true
  if [ -n "$place" ]; then
    set -- $place
    kcat -C -q -e -b "$brokers" -t earshot.alerts.v1 -p "$1" -o "$2" -c 1 -f '%s' |
      node_modules/.bin/buf convert proto --type earshot.v1.AlertRecord --from '-#format=binpb' --to '-#format=json'
    echo
    exit 0
  fi
  tries=$((tries + 1))
  sleep 1
done
echo "no alert of $call" >&2
exit 1

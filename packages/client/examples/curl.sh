#!/bin/sh
# One angry sentence over the HTTP door. EARSHOT_URL: where it listens; EARSHOT_API_KEY: if one has been made.
set -eu
url="${EARSHOT_URL:-http://127.0.0.1:8701}"
now="$(date +%s)000"
curl --silent --show-error --fail-with-body \
  ${EARSHOT_API_KEY:+--header "authorization: Bearer $EARSHOT_API_KEY"} \
  --header 'content-type: application/json' \
  --data "{\"kind\":\"utterance\",\"participantId\":\"customer\",\"role\":\"customer\",\"leg\":\"customer\",\"segment\":0,
           \"text\":\"再不处理我就打12315投诉\",\"startMs\":$now,\"endMs\":$now}" \
  "$url/v1/conversations/curl-$now/events"
echo

#!/usr/bin/env bash
# What a person needs to know once the district is healthy. Run by up.sh with the addresses and secrets of the run in its environment.
set -euo pipefail
gateway=${services__gateway__http__0:?run deploy/up.sh, which calls this}
secret=${Parameters__demo_planner_secret:?run deploy/up.sh, which calls this}
lon=114.18 lat=35.9 word=药店 clerk="  demo-clerk    ${Parameters__demo_clerk_secret:-}   红旗街 (410603001) only
"
if [ -n "${Parameters__extract:-}" ]; then
  # A door where something is: that of the extract's first pharmacy.
  value() { sed 's/.*"'"$1"'":"\{0,1\}\([^",}]*\).*/\1/'; }
  token=$(curl -sf -u "demo-planner:$secret" -d grant_type=client_credentials "$gateway/oauth/token" | value access_token)
  place=$(curl -sf -H "Authorization: Bearer $token" "$gateway/facilities/v1/facilities?category=pharmacy&limit=1")
  case $place in *'"lon"'*) lon=$(value lon <<<"$place") lat=$(value lat <<<"$place") ;; esac
  word=a clerk=""
fi
cat <<TEXT
The district is up.

  API reference   $gateway/
  gateway         $gateway

  demo clients    demo-planner  $secret   the whole district, everything
${clerk:+                $clerk}                  demo-reader   ${Parameters__demo_reader_secret:-}   the whole district, reading

Try these, one after the other: a token, what an elderly resident at a door reaches in 15 minutes that is open now, and a search.

TOKEN=\$(curl -s -u 'demo-planner:$secret' -d grant_type=client_credentials $gateway/oauth/token | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
curl -s -H "Authorization: Bearer \$TOKEN" '$gateway/facilities/v1/reach?lon=$lon&lat=$lat&minutes=15&profile=elderly&open=true&limit=3'
curl -s -H "Authorization: Bearer \$TOKEN" -G $gateway/facilities/v1/search --data-urlencode q=$word -d limit=3

To stop: ${STOP_HINT:-Ctrl+C, or deploy/down.sh}
TEXT

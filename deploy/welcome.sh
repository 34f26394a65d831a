#!/usr/bin/env bash
# What a person needs to know once the district is healthy. Run by up.sh with the addresses and secrets of the run in its environment.
set -euo pipefail
gateway=${services__gateway__http__0:?run deploy/up.sh, which calls this}
cat <<TEXT
The district is up.

  API reference   $gateway/
  gateway         $gateway

  demo clients    demo-planner  ${Parameters__demo_planner_secret:-}   the whole district, everything
                  demo-clerk    ${Parameters__demo_clerk_secret:-}   红旗街 (410603001) only
                  demo-reader   ${Parameters__demo_reader_secret:-}   the whole district, reading

Try these, one after the other: a token, what an elderly resident at a door reaches in 15 minutes that is open now, and a search.

TOKEN=\$(curl -s -u 'demo-planner:${Parameters__demo_planner_secret:-}' -d grant_type=client_credentials $gateway/oauth/token | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
curl -s -H "Authorization: Bearer \$TOKEN" '$gateway/facilities/v1/reach?lon=${EXAMPLE_LON:-114.18}&lat=${EXAMPLE_LAT:-35.9}&minutes=15&profile=elderly&open=true&limit=3'
curl -s -H "Authorization: Bearer \$TOKEN" -G $gateway/facilities/v1/search --data-urlencode q=药店 -d limit=3

To stop: ${STOP_HINT:-Ctrl+C, or deploy/down.sh}
TEXT

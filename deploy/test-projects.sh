#!/usr/bin/env bash
# Runs test projects one after the other and adds up. Called by test.sh with the servers' addresses in the environment.
source "$(dirname "${BASH_SOURCE[0]}")/machine.sh"
[ $# -gt 0 ] || refuse "run deploy/test.sh, which calls this"

passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
rm -f "$top"/artifacts/access-*.txt
for project in "$@"; do
  begun=$SECONDS
  program="$top/tests/LifeCircle.$project.Tests/bin/Debug/net10.0/LifeCircle.$project.Tests.dll"
  status=0
  # Passed tests say nothing; failed and skipped ones are printed with their reasons.
  timeout --kill-after 30 1200 dotnet "$program" --no-progress --no-ansi --show-live-output off >"$log" 2>&1 </dev/null || status=$?
  count() { sed -n "s/^ *$1: \([0-9]*\)\$/\1/p" "$log" | tail -1; }
  p=$(count succeeded) f=$(count failed) s=$(count skipped)
  if [ -z "$p" ] || { [ "$status" -ne 0 ] && [ "${f:-0}" -eq 0 ]; }; then
    f=$((${f:-0} + 1)) # it did not come to an end, or not to a good one
  fi
  [ "${f:-0}" -eq 0 ] || sed 's/^/  /' "$log"
  [ "${f:-0}" -ne 0 ] || grep -A1 '^skipped ' "$log" | sed 's/^/  /' || true
  printf '%-20s %5d passed, %d failed, %d skipped   %d s\n' "$project" "${p:-0}" "${f:-0}" "${s:-0}" $((SECONDS - begun))
  passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0})) skipped=$((skipped + ${s:-0}))
done
[ "$skipped" -eq 0 ] || printf '%d skipped: each names above what it lacks\n' "$skipped"
for matrix in "$top"/artifacts/access-*.txt; do
  [ ! -f "$matrix" ] || head -n 1 "$matrix"
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]

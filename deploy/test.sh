#!/usr/bin/env bash
# Proves the district: builds everything and runs all tests against real servers.
source "$(dirname "${BASH_SOURCE[0]}")/machine.sh"

usage() {
  cat <<TEXT
Usage: deploy/test.sh [options] [<project> ...]

Installs what is missing, builds with warnings as errors, checks the format and runs all tests against real PostgreSQL, RabbitMQ and Redis.
The last line is "N passed, N failed".

  <project>     only these test projects, e.g. Facilities Messaging
  --faults      the slow fault tests too (servers and services killed and stopped for minutes); before a release
  --help
TEXT
}

projects=()
while [ $# -gt 0 ]; do
  case $1 in
    --faults) export LIFECIRCLE_FAULTS=1 ;;
    --help | -h) usage; exit 0 ;;
    -*) refuse "there is no option $1" ;;
    *) [ -d "$top/tests/LifeCircle.$1.Tests" ] || refuse "there is no test project $1"; projects+=("$1") ;;
  esac
  shift
done
cd "$top"
if [ ${#projects[@]} -eq 0 ]; then
  for folder in tests/LifeCircle.*.Tests; do
    name=${folder#tests/LifeCircle.}
    projects+=("${name%.Tests}")
  done
fi

require_sdk
export AppHostEngine=processes # the town is tested on installed servers, whatever else could run it here
if ! has_container_runtime || command -v apt-get >/dev/null; then
  install_servers
elif [ -n "$(missing_servers)" ]; then
  step "Leaving out EndToEnd and Hosting.Processes, which need these servers installed: $(missing_servers | tr '\n' ' ')"
  mapfile -t projects < <(printf '%s\n' "${projects[@]}" | grep -vx -e EndToEnd -e Hosting.Processes)
fi
install_node
step "Building"
dotnet restore LifeCircle.sln -v quiet
dotnet build LifeCircle.sln --no-restore -v quiet -clp:ErrorsOnly --nologo
step "Checking the format"
dotnet format whitespace LifeCircle.sln --no-restore --verify-no-changes
step "Starting the servers for the tests"
exec dotnet run --no-build --project tests/LifeCircle.Testing -- run -- "$top/deploy/test-projects.sh" "${projects[@]}"

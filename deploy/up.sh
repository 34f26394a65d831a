#!/usr/bin/env bash
# Runs the district on this machine.
source "$(dirname "${BASH_SOURCE[0]}")/machine.sh"

usage() {
  cat <<TEXT
Usage: deploy/up.sh [options]

Installs what is missing, starts the servers and services of the district, fills in the demo district on the first start, and prints
addresses, credentials of the demo clients and three requests to try. Ctrl+C stops everything; the data stays.

  --engine aspire|processes  containers and the Aspire dashboard, or installed servers as processes
                             (default: aspire where a container runtime answers and Aspire's packages can be had)
  --port <port>              the gateway's port (default 8080; with processes another where that is taken)
  --extract <file.osm.pbf>   instead of the demo district: the streets and facilities of an OpenStreetMap extract, kept apart in .data-<name>
                             (processes only)
  --detach                   return once everything is healthy; deploy/down.sh stops it
  --reset                    delete the data first
  --help
TEXT
}

engine="" port="" extract="" detach="" reset="" data="$top/.data"
while [ $# -gt 0 ]; do
  case $1 in
    --engine | --port | --extract) [ $# -ge 2 ] || refuse "$1 needs a value" ;;&
    --engine) engine=$2; shift ;;
    --port) port=$2; shift ;;
    --extract) extract=$(realpath -e -- "$2") || refuse "there is no file $2"; shift ;;
    --detach) detach=yes ;;
    --reset) reset=yes ;;
    --help | -h) usage; exit 0 ;;
    *) refuse "there is no option $1" ;;
  esac
  shift
done
case $engine in '' | aspire | processes) ;; *) refuse "--engine is aspire or processes, not '$engine'" ;; esac
case $port in *[!0-9]*) refuse "--port is a number, not '$port'" ;; esac
[ -z "$extract" ] || data="$top/.data-$(basename "$extract" | sed 's/\..*//')"

require_sdk
cd "$top"

aspire_restores() {
  dotnet restore LifeCircle.AppHost -p:AppHostEngine=aspire -v quiet >/dev/null 2>&1
}

if [ "$engine" = processes ]; then
  step "Engine: processes, as told"
elif [ "$engine" = aspire ]; then
  step "Engine: aspire, as told"
  has_container_runtime || die "no container runtime answers (docker info, podman info); start one, or use --engine processes"
elif [ -n "$extract" ]; then
  engine=processes
  step "Engine: processes, which keeps an extract's data apart"
elif ! has_container_runtime; then
  engine=processes
  step "Engine: processes, because no container runtime answers here"
elif aspire_restores; then
  engine=aspire
  step "Engine: aspire, because a container runtime answers"
else
  engine=processes
  step "Engine: processes, because Aspire's packages cannot be restored here"
fi

if [ "$engine" = aspire ]; then
  [ -z "$extract" ] || die "--extract needs --engine processes, which keeps its data apart"
  exec "$top/deploy/up-aspire.sh" "${port:-8080}" "$detach" "$reset"
fi

install_servers
apphost="$top/artifacts/apphost/LifeCircle.AppHost.dll"
"$top/deploy/publish.sh"

options=(--data-folder "$data" --published-folder "$top/artifacts/published")
[ -z "$port" ] || options+=(--gateway-port "$port")
[ -z "$extract" ] || options+=("--Parameters:extract=$extract")
[ -z "$reset" ] || dotnet "$apphost" reset --data-folder "$data"

step "Starting; the logs are in $data/logs"
welcome=$(printf %q "$top/deploy/welcome.sh")
if [ -z "$detach" ]; then
  [ -t 1 ] || options+=(--quiet)
  exec dotnet "$apphost" run "${options[@]}" --when-healthy "$welcome"
fi

mkdir -p "$data"
log="$data/apphost.log"
(umask 077 && rm -f "$log" && : >"$log") # it names the demo clients' secrets
export STOP_HINT="deploy/down.sh${extract:+ $data}"
setsid nohup dotnet "$apphost" run "${options[@]}" --quiet --when-healthy "$welcome" >"$log" 2>&1 </dev/null &
pid=$!
for ((tenths = 0; tenths < 3000; tenths++)); do
  if grep -q '^To stop: ' "$log" 2>/dev/null; then
    sed -n '/^The district is up/,/^To stop: /p' "$log"
    exit 0
  fi
  ! grep -q '^The command of --when-healthy' "$log" 2>/dev/null || { tail -5 "$log" >&2; die "it runs, but could not be tried; deploy/down.sh stops it"; }
  kill -0 $pid 2>/dev/null || { tail -20 "$log" >&2; die "it ended; the whole log is $log"; }
  ((tenths % 50)) || grep -E ' : (healthy|finished|failed|exited|unhealthy)' "$log" 2>/dev/null | tail -1 || true
  sleep 0.1
done
die "not healthy within five minutes; see $log, and deploy/down.sh stops it"

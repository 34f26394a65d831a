#!/usr/bin/env bash
# up.sh's other half: the district in containers under Aspire. Called by up.sh and down.sh.
source "$(dirname "${BASH_SOURCE[0]}")/machine.sh"
data="$top/.data"
container() { if command -v docker >/dev/null; then docker "$@"; else podman "$@"; fi; }

if [ "${1:-}" = stop ]; then
  pid=$(cat "$2/aspire.pid")
  rm -f "$2/aspire.pid"
  grep -qa LifeCircle.AppHost "/proc/$pid/cmdline" 2>/dev/null || die "it is not running any more"
  kill -TERM -- "-$pid" # a job in the background of a script hears no INT
  while kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
  echo stopped
  exit 0
fi
[ $# -eq 3 ] || refuse "run deploy/up.sh --engine aspire, which calls this"
port=$1 detach=$2 reset=$3
command -v curl >/dev/null || die "curl is missing, with which this looks whether the gateway answers"

(umask 077 && mkdir -p "$data" && rm -f "$data/apphost.log" && : >"$data/apphost.log") # the log names secrets
[ -z "$reset" ] || { container volume rm -f lifecircle-postgres lifecircle-messaging >/dev/null && rm -f "$data/aspire-secrets"; }

# Aspire would make these by itself, but then nobody could print them.
if [ ! -f "$data/aspire-secrets" ]; then
  (umask 077 && for client in planner clerk reader; do
    echo "export Parameters__demo_${client}_secret=$(head -c 24 /dev/urandom | base64 | tr -dc A-Za-z0-9 | head -c 32)"
  done >"$data/aspire-secrets")
fi
source "$data/aspire-secrets"
export services__gateway__http__0=http://127.0.0.1:$port

cd "$top"
step "Building" # first, because several resources are the same program, and each would build it for itself at the same time
dotnet build LifeCircle.sln -p:AppHostEngine=aspire -v quiet -clp:ErrorsOnly --nologo
step "Starting; the Aspire dashboard's address follows"
setsid dotnet run --project LifeCircle.AppHost -p:AppHostEngine=aspire -- --gateway-port="$port" >"$data/apphost.log" 2>&1 </dev/null &
pid=$!
echo $pid >"$data/aspire.pid"
[ -n "$detach" ] || trap 'kill -TERM -- -$pid 2>/dev/null; wait $pid || true; rm -f "$data/aspire.pid"; exit 0' INT TERM
for ((seconds = 0; seconds < 900; seconds++)); do
  kill -0 $pid 2>/dev/null || { tail -20 "$data/apphost.log" >&2; die "it ended; the whole log is $data/apphost.log"; }
  if curl -sf -o /dev/null "$services__gateway__http__0/health/ready"; then
    grep -o 'http[^ ]*/login?t=[^ ]*' "$data/apphost.log" | sed 's/^/  Aspire dashboard  /' || true
    "$top/deploy/welcome.sh"
    [ -n "$detach" ] && exit 0
    wait $pid || status=$?
    rm -f "$data/aspire.pid"
    exit "${status:-0}"
  fi
  ((seconds % 10)) || echo "    starting for $seconds s (the first time, images are pulled)"
  sleep 1
done
die "not healthy within fifteen minutes; see $data/apphost.log, and deploy/down.sh stops it"

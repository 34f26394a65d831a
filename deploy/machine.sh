# shellcheck shell=bash
# Sourced by the other scripts: what this machine has, and how it gets the rest.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

step() { printf '==> %s\n' "$*"; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

refuse() {
  printf 'error: %s\nSee %s --help.\n' "$*" "$0" >&2
  exit 2
}

require_sdk() {
  command -v dotnet >/dev/null || die "the .NET SDK 10 is missing; it is at https://dotnet.microsoft.com/download"
  (cd "$top" && dotnet --version >/dev/null 2>&1) || die "this needs a .NET SDK of version 10; here are: $(dotnet --list-sdks | tr '\n' ' ')"
}

# A client program alone is no runtime: it must answer.
has_container_runtime() {
  { command -v docker >/dev/null && timeout 10 docker info >/dev/null 2>&1; } || { command -v podman >/dev/null && timeout 10 podman info >/dev/null 2>&1; }
}

postgres_major() {
  find /usr/lib/postgresql -mindepth 3 -maxdepth 3 -path '*/bin/initdb' 2>/dev/null | sed 's|.*/postgresql/\([0-9]*\)/.*|\1|' | sort -n | tail -1
}

# Names of what is missing: curl postgresql postgis redis rabbitmq
missing_servers() {
  local major
  command -v curl >/dev/null || echo curl
  major=$(postgres_major)
  [ -n "$major" ] || command -v initdb >/dev/null || echo postgresql
  compgen -G '/usr/share/postgresql/*/extension/postgis.control' >/dev/null || echo postgis
  command -v redis-server >/dev/null || echo redis
  { compgen -G '/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server' >/dev/null && command -v erl >/dev/null; } || echo rabbitmq
}

# The district's servers run from installed programs, on private ports and in a private folder; the packages' own services are not used.
install_servers() {
  local missing packages=() as_root=()
  missing=$(missing_servers | tr '\n' ' ')
  [ -n "$missing" ] || return 0
  for server in $missing; do
    case $server in
      curl) packages+=(curl) ;;
      postgresql) packages+=(postgresql) ;;
      redis) packages+=(redis-server) ;;
      rabbitmq) packages+=(rabbitmq-server) ;;
    esac
  done
  command -v apt-get >/dev/null ||
    die "these servers are not installed, and apt-get, which could install them, is not there: $missing. Install PostgreSQL with PostGIS, Redis and RabbitMQ, or a container runtime, and try again."
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "these servers are not installed, and without root or sudo they cannot be: $missing. Ask for: apt-get install --no-install-recommends postgresql postgresql-postgis redis-server rabbitmq-server"
    as_root=(sudo)
  fi
  step "Installing what the district runs on and is missing here: $missing(PostgreSQL with PostGIS keeps its state, RabbitMQ carries its events, Redis its shared counters)"
  "${as_root[@]}" apt-get update -qq
  [ ${#packages[@]} -eq 0 ] || "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
  case " $missing " in
    *" postgis "*) "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "postgresql-$(postgres_major)-postgis-3" >/dev/null ;;
  esac
  missing=$(missing_servers | tr '\n' ' ')
  [ -z "$missing" ] || die "still missing after the installation: $missing"
}

has_node() {
  command -v node >/dev/null && command -v npm >/dev/null && [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge 18 ]
}

# The tests look at tokens and webhooks with libraries from npm, too, which others wrote. They are skipped where there is no node, so that is no
# reason to stop.
install_node() {
  local as_root=()
  ! has_node || return 0
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  if command -v apt-get >/dev/null && { [ ${#as_root[@]} -eq 0 ] || command -v sudo >/dev/null; }; then
    step "Installing node and npm, which run libraries that others wrote against the district"
    "${as_root[@]}" apt-get update -qq &&
      "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null || true
  fi
  has_node || step "Node 18 or newer and npm are not here and could not be installed: the tests with libraries from npm will be skipped"
}

#!/usr/bin/env bash
# Stops the district that deploy/up.sh --detach left running.
source "$(dirname "${BASH_SOURCE[0]}")/machine.sh"

case ${1:-} in
  --help | -h)
    echo "Usage: deploy/down.sh [<data folder>]"
    echo "Stops the district that deploy/up.sh --detach started, here or with another data folder (.data-<name> for an extract); the data stays."
    exit 0
    ;;
  -*) refuse "there is no option $1" ;;
esac
data=$(realpath -m -- "${1:-$top/.data}")
apphost="$top/artifacts/apphost/LifeCircle.AppHost.dll"
if [ -f "$data/aspire.pid" ]; then
  exec "$top/deploy/up-aspire.sh" stop "$data"
fi
[ -f "$apphost" ] || die "nothing has been started from here: there is no $apphost"
exec dotnet "$apphost" stop --data-folder "$data"

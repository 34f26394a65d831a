#!/usr/bin/env bash
# A week at a school that shares its fields, told by the API.
set -euo pipefail
export TZ=CST-8 LC_ALL=C # the district's clock, which is eight hours ahead all year
SECONDS=0

usage() {
  cat <<TEXT
Usage: deploy/samples/school-week.sh [options] <secret of demo-planner, as deploy/up.sh printed it>

A new school of a running district opens its fields for a week: terms and a make-up Saturday, sharing hours and booking rules, the gate, a draw of
lots, exams, rain, a waitlist, and a ban for whoever does not come. Nothing but curl and the gateway's API; every answer is checked, and the week is
shown at the end. The persons are made up, and so are their resident IDs: no division begins with 410699. It may be run again and again: each run
leaves a facility and a school of its own in the district.

It needs bash 4.4 or later, date and sed as GNU has them, curl, grep, sort, od, cut, tr, wc and sha256sum. On a Mac:
brew install bash coreutils gnu-sed, with the gnubin folders of the latter two first in PATH.

  --gateway <address>  default: the environment's services__gateway__http__0, or http://127.0.0.1:8080
  --wait               wait for what the clock has to do, however long it is. By the rules of a real district that is somewhat more than an hour: a
                       draw takes entries for 60 minutes at the least, and nobody is given up before 5 minutes have gone by. Without it, what would
                       take longer than two minutes is left out, and said to be
  --help

Without a secret, the environment's Parameters__demo_planner_secret is taken.

A district for demonstrations may do with less, so that the whole takes about a minute (with up.sh's engine "processes"):

  Venues__LeastDrawMinutes=0 Venues__LeastNoShowMinutes=0 deploy/up.sh

It ends with 0 when everything was as it should be, and with 1, saying what was not.
TEXT
}

refuse() {
  printf 'error: %s\nSee %s --help.\n' "$*" "$0" >&2
  exit 2
}

gateway=${services__gateway__http__0:-http://127.0.0.1:8080} secret=${Parameters__demo_planner_secret:-} patience=120
while [ $# -gt 0 ]; do
  case $1 in
    --gateway) [ $# -ge 2 ] || refuse "--gateway needs an address"; gateway=$2; shift ;;
    --wait) patience=100000 ;;
    --help | -h) usage; exit 0 ;;
    -*) refuse "there is no option $1" ;;
    *) secret=$1 ;;
  esac
  shift
done
[ -n "$secret" ] || refuse "the secret of demo-planner is missing"
((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)) || refuse "this is bash $BASH_VERSION: install bash 4.4 or later, and have it first in PATH"
for tool in curl date sed grep sort od cut tr wc sha256sum; do command -v "$tool" >/dev/null || refuse "$tool is missing on this machine: install it"; done
[ "$(date -d '2026-02-28 + 1 days' +%F 2>/dev/null)" = 2026-03-01 ] || refuse "date does not calculate: install GNU coreutils, and have them first in PATH"
[ "$(sed -E 's/(b)/\n/' <<<abc 2>/dev/null)" = $'a\nc' ] || refuse "sed does not break lines: install GNU sed, and have it first in PATH"
gateway=${gateway%/}

# ---- telling and checking

steps=0 skipped=() title=start logs="the services' logs (.data/logs on the machine of the district)"
step() {
  steps=$((steps + 1)) title=$1
  printf '\n%d. %s\n' "$steps" "$1"
}

say() { printf '   %s\n' "$*"; }

trap 'exit 1' TERM
fail() {
  printf '\nerror: in step %d, "%s": %s\n' "$steps" "$title" "$1" >&2
  printf '%s\n' "${2:-Look for what is wrong in the answer above. Each run makes a school of its own, so nothing stands in the way of another run.}" >&2
  [ "$BASHPID" = $$ ] || kill -TERM $$ # in a $( ) it would end that alone
  exit 1
}

# Two texts that must be the same.
must() { [ "$2" = "$3" ] || fail "$1 should be '$2' and is '$3'. The last answer was: $answer"; }

skip() {
  skipped+=("$1")
  say "LEFT OUT: $1. It would take until $(date -d "@$2" '+%H:%M'): run this with --wait, or on a district for demonstrations (--help)."
}

can_wait() { [ $(($1 - $(date +%s))) -le $patience ]; }

wait_until() { # <seconds since 1970> <what for>
  local left told=0
  while left=$(($1 - $(date +%s))); [ $left -gt 0 ]; do
    [ $SECONDS -lt $told ] || { say "waiting until $(date -d "@$1" +%H:%M:%S) $2: $left s to go"; told=$((SECONDS + 60)); }
    sleep $((left > 5 ? 5 : left))
  done
}

# ---- asking

answer="" status=0 token="" token_ends=0

# The first member of that name in the last answer, or in the text that is given.
value() {
  local text=${2-$answer} pattern="\"$1\":(\"([^\"]*)\"|([^][,{}\"]+))"
  [[ $text =~ $pattern ]] || fail "there is no member '$1' in: $text"
  printf '%s' "${BASH_REMATCH[2]}${BASH_REMATCH[3]}"
}

# The objects in a list of the last answer, a line each; those without objects in them.
rows() { grep -o '{[^{}]*}' <<<"${answer#*\""$1"\":[}" || true; }

authorize() {
  [ $SECONDS -ge "$token_ends" ] || return 0
  answer=$(curl -sS --max-time 30 -u "demo-planner:$secret" -d grant_type=client_credentials "$gateway/oauth/token") ||
    fail "nothing answers at $gateway" "Start the district with deploy/up.sh, or give its address with --gateway."
  case $answer in *'"access_token"'*) ;; *) fail "no token was given: $answer" "Give the secret of demo-planner that deploy/up.sh has printed." ;; esac
  token=$(value access_token) token_ends=$((SECONDS + 480)) # it is good for ten minutes
}

# <method> <path> [<body>]: leaves the answer, whatever it is. Where the district is busy it is sent again, with the same key, so that it is not done twice.
send() {
  local tries=0 change=()
  authorize
  [ $# -lt 3 ] || change=(-H 'Content-Type: application/json' -H "Idempotency-Key: $(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')" -H 'If-Match: *' --data "$3")
  while
    answer=$(curl -sS --max-time 60 -X "$1" "$gateway$2" -w '\n%{http_code}' -H "Authorization: Bearer $token" -H 'Accept-Language: en' "${change[@]}") ||
      fail "$1 $2 was not answered" "See whether the district still runs, and $logs."
    status=${answer##*$'\n'} answer=${answer%$'\n'*} tries=$((tries + 1))
    [ $tries -lt 5 ] && case $status in 429 | 503) true ;; *) false ;; esac
  do sleep 1; done
}

# Ids by their last digits.
brief() { sed -E 's/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{8}([0-9a-f]{4})/..\1/g' <<<"$1"; }

# <status> <method> <path> [<body>]: the answer has to be that.
ask() {
  local wanted=$1
  shift
  send "$@"
  say "$1 $(brief "$2") -> $status"
  [ "$status" = "$wanted" ] || case $status in
    401) fail "the token was not taken: $answer" "Run it again; if that does not help, see $logs: operators.log." ;;
    403) fail "the client may not do this: $answer" "Give the secret of demo-planner, who may do everything." ;;
    5??) fail "$1 $2 was answered $status: $answer" "The service has failed; look for the trace_id in $logs." ;;
    *) fail "$1 $2 was answered $status, not $wanted: $answer"$'\n'"What was asked: ${3-}" ;;
  esac
}

# <rule> <method> <path> <body>: it has to be refused by that rule.
refused() {
  local rule=$1
  shift
  send "$@"
  say "$1 $(brief "$2") -> $status $(grep -o '"code":"[^"]*"' <<<"$answer" || true)"
  must "the rule that refuses it" "$rule" "$(value code)"
}

# ---- days, times and persons

later() { date -d "$1 + $2 days" +%F; }
at() { printf '%sT%s:00+08:00' "$1" "$2"; }
clock() { date -d "@$1" +%H:%M; }
moment() { date -d "@$1" +%FT%T+08:00; }
shown() { date -d "$1" '+%F %H:%M'; }

# Somebody who does not exist, with the check digit of GB 11643.
person() {
  local digits sum=0 place weights=(7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2)
  digits=$(printf '410699%04d%02d%02d%03d' $((1955 + RANDOM % 45)) $((1 + RANDOM % 12)) $((1 + RANDOM % 28)) $((RANDOM % 1000)))
  for ((place = 0; place < 17; place++)); do sum=$((sum + ${digits:place:1} * weights[place])); done
  local checks=10X98765432
  printf '{"name":"%s","resident_id":"%s%s"}' "$1" "$digits" "${checks:sum % 11:1}"
}

# <field> <unit or nothing> <from> <until> <person> [<more members>]
slot() { printf '{"field_id":"%s",%s"from":"%s","until":"%s","person":%s%s}' "$1" "${2:+"\"unit\":\"$2\","}" "$3" "$4" "$5" "${6-}"; }

book() { # as slot
  ask 201 POST /venues/v1/bookings "$(slot "$@")"
}

# The alternatives of the last answer, a line each.
suggestions() { sed 's/},{"field_id"/}\n{"field_id"/g' <<<"$answer"; }

explain() { # <field> <day> <HH:MM>
  send GET "/venues/v1/fields/$1/explanation?at=$2T$3:00%2B08:00"
  [ "$status" = 200 ] || fail "why a field is closed was not told: $status $answer"
}

why() { # of the last explanation
  if [ "$(value open)" = true ]; then printf 'open until %s' "$(date -d "$(value closes_at)" +%H:%M)"; else value text_en; fi
}

# <state> <path> <until: seconds since 1970> <what for>: reads until it is in that state.
becomes() {
  while send GET "$2"; [ "$status" = 200 ] || fail "$2 was answered $status: $answer"; [ "$(value state)" != "$1" ]; do
    [ "$(date +%s)" -lt "$3" ] || fail "$4 has not come: $2 is still $(value state)" "Timers go over RabbitMQ; see $logs: venues.log."
    sleep 0.5
  done
  say "GET $(brief "$2") -> $1"
}

# ---- bytes, as hexadecimal digits

bytes() { printf '%b' "$(sed 's/../\\x&/g' <<<"$1")"; }
sha256() { bytes "$1" | sha256sum | cut -c1-64; }
hex() { printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n'; }

hmac() { # <key of 32 bytes> <message>
  local inner="" outer="" place byte
  for ((place = 0; place < 64; place++)); do
    byte=$((16#0${1:place * 2:2}))
    inner+=$(printf %02x $((byte ^ 0x36))) outer+=$(printf %02x $((byte ^ 0x5c)))
  done
  sha256 "$outer$(sha256 "$inner$2")"
}

# ---- the week

# What is announced for today must not come after midnight.
midnight=$(date -d "$(later "$(date +%F)" 1)" +%s)
[ $((midnight - $(date +%s))) -gt 30 ] || wait_until $((midnight + 1)) "so that the week begins on one day"
today=$(date +%F)

step "A school of the district shares three fields"
ask 200 GET "/facilities/v1/facilities?state=open&limit=1"
place="{\"lon\":$(value lon),\"lat\":$(value lat)}"
ask 201 POST /facilities/v1/facilities "{\"category\":\"high_school\",\"name_zh\":\"演示中学 $(date +%m%d-%H%M%S)\",\"name_en\":\"Demo School\",\"position\":$place}"
facility=$(value id)
ask 201 POST /venues/v1/schools "{\"facility_id\":\"$facility\",
  \"insurance\":{\"insurer\":\"演示保险\",\"policy_number\":\"DEMO-1\",\"valid_until\":\"$(later "$today" 365)\"}}"
school=$(value id)
say "$(value name_zh), in division $(value division_code), insured until $(value valid_until)"
share() { ask 201 POST "/venues/v1/schools/$school/fields" "$1"; }
share '{"name_zh":"篮球场","name_en":"Basketball court","mode":"exclusive","parts":2,"capacity":20,"surface":"rubber","sports":["basketball"],
  "units":[{"code":"east","name_zh":"东半场","from":0,"until":1},{"code":"west","name_zh":"西半场","from":1,"until":2}]}'
court=$(value id)
share '{"name_zh":"田径场","name_en":"Track","mode":"headcount","capacity":40,"surface":"rubber","sports":["running","walking"]}'
track=$(value id)
share '{"name_zh":"体育馆","name_en":"Hall","mode":"exclusive","parts":4,"capacity":20,"surface":"wood","sports":["badminton","basketball"],"indoor":true,"lighting":true,
  "units":[{"code":"court_1","name_zh":"1 号场","from":0,"until":1},{"code":"court_2","name_zh":"2 号场","from":1,"until":2},
           {"code":"court_3","name_zh":"3 号场","from":2,"until":3},{"code":"court_4","name_zh":"4 号场","from":3,"until":4}]}'
hall=$(value id)
say "the basketball court is booked whole or by halves, the hall by courts, the track by headcount"

step "The first day: hours, rules and bookings for the next quarter of an hour"
first=$((($(date +%s) + 25 + 59) / 60 * 60)) # a whole minute, and time to book and to be let in before it
[ $((first + 900)) -le "$midnight" ] || first=$midnight # there is no other slot today
day=$(date -d "@$first" +%F)
say "the hall opens at $(clock $first) on $day; from the next day on it has the school's hours"
span="[{\"from\":\"$(clock $first)\",\"until\":\"24:00\"}]"
ask 201 POST "/venues/v1/schools/$school/hours" "{\"field_id\":\"$hall\",\"valid_from\":\"$today\",
  \"hours\":{\"weekday\":$span,\"weekend\":$span,\"make_up_school_day\":$span,\"public_holiday\":$span,\"vacation\":$span}}"
rules() { printf '{"valid_from":"%s","terms":{"days_ahead":60,"entry_before_minutes":120,"unused_limit":3,"ban_days":30,%s}}' "$1" "$2"; }
first_rules() { rules "$today" "\"slot_minutes\":15,\"no_show_after_minutes\":$1"; }
grace=0
send POST "/venues/v1/schools/$school/terms" "$(first_rules $grace)"
if [ "$status" = 400 ] && [[ $answer =~ must\ be\ ([0-9]+)\ at\ the\ least ]]; then
  grace=${BASH_REMATCH[1]}
  ask 201 POST "/venues/v1/schools/$school/terms" "$(first_rules "$grace")"
else
  must "the answer to the booking rules" 201 "$status"
fi
given_up=$((first + grace * 60))
say "slots of 15 minutes; who has not come $grace minutes after the beginning is given up, and three unused bookings ban for 30 days"
absent=$(person 演示甲) guest=$(person 演示乙) friend=$(person 演示丙) cyclist=$(person 演示丁)
ends=$((first + 900))
book "$hall" court_1 "$(moment $first)" "$(moment $ends)" "$absent"
missed=$(value id) absent_id=$(value person_id)
book "$hall" court_2 "$(moment $first)" "$(moment $ends)" "$guest" ',"party_size":2'
visit=$(value id) code=$(value entry_code)
book "$hall" court_3 "$(moment $first)" "$(moment $ends)" "$cyclist"
turned_away=$(value id)
ask 201 POST "/venues/v1/bookings/$visit/invitations" '{}'
ask 201 POST /venues/v1/invitations/accept "{\"code\":\"$(value code)\",\"person\":$friend}"
say "a friend comes along by invitation, and is shown as $(value name) $(value resident_id)"

step "The gate"
refused venues.entry_code_unknown POST "/venues/v1/schools/$school/check-in" "{\"entry_code\":\"$(printf %06d $(((10#$code + 1) % 1000000)))\"}"
ask 200 POST "/venues/v1/schools/$school/check-in" "{\"entry_code\":\"$code\"}"
must "the state of the booking" checked_in "$(value state)"
case $answer in *'"companions":[{'*) ;; *) fail "the companion is not on the gate's list: $answer" ;; esac
say "by the code $code, $(value name) and a companion are in"
ask 200 POST "/venues/v1/bookings/$turned_away/refuse" '{"reason":"骑车入校"}'
must "the state of the booking" refused "$(value state)"
must "whether it counts as unused" false "$(value unused)"
say "somebody on a bicycle is not let in; the reason is kept, and it is not held against them"

step "The calendar: a term, its timetable, and a make-up Saturday"
ask 200 GET "/venues/v1/public-days/${day%%-*}"
public=$answer
ask 200 GET "/venues/v1/public-days/$((10#${day%%-*} + 1))"
public+=$answer
is_public() { case $public in *"\"date\":\"$1\",\"kind\":\"${2-}"*) return 0 ;; *) return 1 ;; esac; }
makeup=""
for ((ahead = 1; ahead <= 60 && ${#makeup} == 0; ahead++)); do
  ! is_public "$(later "$day" $ahead)" make_up_day || makeup=$(later "$day" $ahead)
done
if [ -n "$makeup" ]; then
  say "$makeup is the next make-up day that the State Council has announced"
else
  for ((ahead = 2; ${#makeup} == 0; ahead++)); do
    date=$(later "$day" $ahead)
    [ "$(date -d "$date" +%u)" -ne 6 ] || is_public "$date" || makeup=$date
  done
  say "no make-up day is announced within 60 days, so the school names one of its own: Saturday, $makeup"
fi
ask 200 PUT "/venues/v1/schools/$school/calendar" "{\"terms\":[{\"name_zh\":\"演示学期\",\"name_en\":\"Demo term\",
  \"from\":\"$(later "$day" -60)\",\"until\":\"$(later "$day" 120)\",
  \"timetable\":[
    {\"days\":[\"monday\",\"tuesday\",\"wednesday\",\"thursday\",\"friday\"],\"time\":{\"from\":\"08:00\",\"until\":\"17:00\"},\"use\":\"teaching\",\"field_ids\":[\"$court\",\"$track\"]},
    {\"days\":[\"monday\",\"wednesday\",\"friday\"],\"time\":{\"from\":\"17:00\",\"until\":\"18:00\"},\"use\":\"school_sport\",\"field_ids\":[\"$court\"]}],
  \"make_up_days\":[{\"date\":\"$makeup\",\"follows\":\"friday\"}]}]}"
say "on school days it teaches outdoors from 08:00 to 17:00; the make-up day has Friday's timetable"

step "Sharing hours by the kind of day, and other booking rules from tomorrow on"
evening='[{"from":"06:00","until":"07:00"},{"from":"18:00","until":"21:00"}]' long='[{"from":"08:00","until":"21:00"}]'
hours="{\"weekday\":$evening,\"weekend\":$long,\"public_holiday\":$long,\"vacation\":$long}"
next=$(later "$day" 1)
ask 201 POST "/venues/v1/schools/$school/hours" "{\"valid_from\":\"$today\",\"hours\":$hours}"
ask 201 POST "/venues/v1/schools/$school/hours" "{\"field_id\":\"$hall\",\"valid_from\":\"$next\",\"hours\":$hours}"
refused venues.starts_too_soon POST "/venues/v1/schools/$school/hours" "{\"valid_from\":\"$today\",\"hours\":$hours}"
say "mornings and evenings on school days, all day on days off; whatever changes is announced a day before at the latest"
ask 201 POST "/venues/v1/schools/$school/terms" "$(rules "$next" "\"slot_minutes\":60,\"no_show_after_minutes\":15,\"cancel_before_minutes\":2880")"
say "slots of an hour; later than two days before, giving back counts as unused"

# The other days of the week: rain tomorrow, then exams on a school day and peace on another one.
rain=$next
[ "$rain" != "$makeup" ] || rain=$(later "$day" 2)
exams="" quiet=""
for ahead in 2 3 4 5 6 7 8 9 10; do
  date=$(later "$day" $ahead)
  case $date in "$makeup" | "$rain") continue ;; esac
  if [ -z "$exams" ] && [ "$(date -d "$date" +%u)" -le 5 ]; then exams=$date
  elif [ -z "$quiet" ] && [ $ahead -ge 3 ]; then quiet=$date; fi
done

step "Lots are drawn for the hall on $quiet, 19:00"
request="{\"title_zh\":\"晚间羽毛球抽签\",\"field_id\":\"$hall\",\"units\":[\"court_1\",\"court_2\"],
  \"slots\":[{\"from\":\"$(at "$quiet" 19:00)\",\"until\":\"$(at "$quiet" 20:00)\"}],\"closes_at\":"
drawn=$(($(date +%s) + 30))
send POST "/venues/v1/schools/$school/draws" "$request\"$(moment $drawn)\"}"
if [ "$status" = 422 ] && [[ $answer =~ must\ be\ ([0-9]+)\ minutes\ after\ opens_at ]]; then
  drawn=$(($(date +%s) + BASH_REMATCH[1] * 60 + 30))
  ask 201 POST "/venues/v1/schools/$school/draws" "$request\"$(moment $drawn)\"}"
else
  must "the answer to the draw" 201 "$status"
fi
draw=$(value id) commitment=$(value commitment)
say "two courts, entries until $(date -d "@$drawn" +%T), and the hash of a seed that nobody has seen:"
say "$commitment"
refused venues.slot_in_draw POST /venues/v1/bookings "$(slot "$hall" court_1 "$(at "$quiet" 19:00)" "$(at "$quiet" 20:00)" "$friend")"
lots=()
for entry in '演示戊 1,2' '演示己 2,1' '演示庚 1,2' '演示辛 1'; do
  ask 201 POST "/venues/v1/draws/$draw/entries" "{\"person\":$(person "${entry% *}"),\"preferences\":[${entry#* }]}"
  lots+=("$(value id)")
done
say "four want a court, and the first has no better chance than the last"

step "Exams on $exams: announced, and whoever had booked is told"
runner=$(person 演示壬) player=$(person 演示癸)
book "$court" east "$(at "$exams" 18:00)" "$(at "$exams" 19:00)" "$player"
lost=$(value id) player_id=$(value person_id)
book "$track" "" "$(at "$exams" 19:00)" "$(at "$exams" 20:00)" "$runner" ',"party_size":3'
runner_id=$(value person_id)
ask 201 POST "/venues/v1/schools/$school/closures" "{\"reason\":\"exam\",\"text_zh\":\"期中考试\",\"text_en\":\"Mid-term exams\",
  \"from\":\"$(at "$exams" 00:00)\",\"until\":\"$(at "$(later "$exams" 1)" 00:00)\"}"
must "how many are told" 2 "$(rows affected | wc -l)"
must "the first to be told" "$player_id" "$(value person_id "$(rows affected | sed -n 1p)")"
must "the second to be told" "$runner_id" "$(value person_id "$(rows affected | sed -n 2p)")"
say "two bookings are off, and these persons are to be told: $player_id $runner_id"
ask 200 GET "/venues/v1/bookings/$lost"
must "the state of the booking" cancelled_by_school "$(value state)"
must "whether it counts as unused" false "$(value unused)"
say "without penalty: $(value reason_zh) ($(value reason_en))"
ask 200 GET "/venues/v1/bookings/$lost/alternatives"
[ "$answer" != '[]' ] || fail "no alternatives were found for a booking that exams have cancelled"
while IFS= read -r line; do
  case $line in *'"unit":'*) unit=$(value unit "$line") ;; *) unit="a place" ;; esac
  say "instead: $unit on $(shown "$(value from "$line")"), $(value metres "$line") m away, for $(value places "$line")"
done < <(suggestions | sed -n 1,3p)

step "Rain on $rain: the outdoor fields are closed at short notice"
wet=$(person 演示子)
book "$court" "" "$(at "$rain" 18:00)" "$(at "$rain" 19:00)" "$wet"
wet_id=$(value person_id) rained_off=$(value id)
ask 201 POST "/venues/v1/schools/$school/closures" "{\"reason\":\"weather\",\"text_zh\":\"暴雨预警\",\"text_en\":\"Rainstorm\",\"field_ids\":[\"$court\",\"$track\"],
  \"from\":\"$(at "$rain" 00:00)\",\"until\":\"$(at "$(later "$rain" 1)" 00:00)\"}"
must "who is told" "$wet_id" "$(value person_id "$(rows affected)")"
explain "$court" "$rain" 18:00
must "whether the court is open" false "$(value open)"
say "the basketball court: $(why)"
explain "$hall" "$rain" 18:00
must "whether the hall is open" true "$(value open)"
say "the hall: $(why)"
ask 200 GET "/venues/v1/bookings/$rained_off/alternatives"
free=$(suggestions | grep -E '"amount":0(\.0*)?[,}]') || fail "nothing without a fee was suggested instead: $answer"
free=${free%%$'\n'*}
unit="" pattern='"unit":"([^"]*)"'
[[ ! $free =~ $pattern ]] || unit=${BASH_REMATCH[1]}
book "$(value field_id "$free")" "$unit" "$(value from "$free")" "$(value until "$free")" "$wet"
say "instead, the same person has ${unit:-a place} from $(shown "$(value from)") on: the first that was suggested"
ask 201 POST "/venues/v1/persons/$wet_id/calendar-link" '{}'
calendar=$(value address)
send GET "/venues/v1/calendars/${calendar##*/}"
say "GET /venues/v1/calendars/***.ics -> $status" # whoever knows the address sees the bookings
must "what the person's calendar says of the two" 'STATUS:CANCELLED STATUS:CONFIRMED' "$(tr -d '\r' <<<"$answer" | grep '^STATUS:' | sort | tr '\n' ' ' | sed 's/ $//')"
say "and the person's calendar, to subscribe to, shows the one as cancelled and the other as confirmed"

step "The make-up $(date -d "$makeup" +%A), $makeup: closed in school hours"
explain "$court" "$makeup" 10:00
must "the kind of day" make_up_school_day "$(value day_kind)"
must "why the court is closed" teaching "$(value because)"
say "at 10:00: $(why) ($(value text_zh)); it opens at $(shown "$(value opens_at)")"
refused venues.not_open POST /venues/v1/bookings "$(slot "$court" "" "$(at "$makeup" 10:00)" "$(at "$makeup" 11:00)" "$wet")"
explain "$court" "$makeup" 18:00
must "whether the court is open in the evening" true "$(value open)"
say "at 18:00: $(why)"
explain "$court" "$(later "$makeup" 7)" 10:00
say "a week later, at 10:00, it is a $(value day_kind): $(why)"

step "A waitlist that moves up by itself, on $quiet"
holder=$(person 演示丑) waiting=$(person 演示寅)
book "$court" "" "$(at "$quiet" 18:00)" "$(at "$quiet" 19:00)" "$holder"
given_back=$(value id)
refused venues.slot_taken POST /venues/v1/bookings "$(slot "$court" east "$(at "$quiet" 18:00)" "$(at "$quiet" 19:00)" "$waiting")"
ask 201 POST /venues/v1/waitlist "$(slot "$court" east "$(at "$quiet" 18:00)" "$(at "$quiet" 19:00)" "$waiting")"
must "the place in the line" 1 "$(value position)"
line=$(value id)
ask 200 POST "/venues/v1/bookings/$given_back/cancel" '{}'
must "whether it counts as unused" false "$(value unused)"
becomes offered "/venues/v1/waitlist/$line" $(($(date +%s) + 60)) "the offer"
say "the court is given back in time, and half of it is offered to the first in line until $(shown "$(value offered_until)")"
ask 200 POST "/venues/v1/bookings/$(value booking_id)/confirm" '{}'
must "the state of the booking" confirmed "$(value state)"

step "Not used three times: banned"
for hour in 18 19; do
  book "$hall" court_4 "$(at "$next" $hour:00)" "$(at "$next" $((hour + 1)):00)" "$absent"
  ask 200 POST "/venues/v1/bookings/$(value id)/cancel" '{}'
  must "whether it counts as unused" true "$(value unused)"
done
say "two bookings for $next are given back too late for anybody else to come"
if can_wait $given_up; then
  wait_until $given_up "for somebody who does not come"
  becomes no_show "/venues/v1/bookings/$missed" $((given_up + 60)) "the end of the booking of somebody who has not come"
  must "whether it counts as unused" true "$(value unused)"
  refused venues.person_banned POST /venues/v1/bookings "$(slot "$hall" court_4 "$(at "$quiet" 18:00)" "$(at "$quiet" 19:00)" "$absent")"
  ask 200 GET "/venues/v1/persons/$absent_id"
  say "nobody has come to the third one: $(value name) cannot book until $(shown "$(value banned_until)")"
else
  skip "the booking that nobody comes to, and the ban after it" $((given_up + 60))
fi

step "The lots, and whether they were drawn honestly"
if can_wait $drawn; then
  wait_until $drawn "for the end of the entries"
  becomes drawn "/venues/v1/draws/$draw" $((drawn + 60)) "the result of the draw"
  ask 200 GET "/venues/v1/draws/$draw/result"
  seed=$(value seed) entropy=$(value entropy) entries=$(rows entries) list="" keys=""
  declare -A wants=() got=() left=()
  while IFS= read -r slot; do left[$(value number "$slot")]=$(value places "$slot"); done < <(rows slots | sed '/"party_size"/d')
  while IFS= read -r entry; do
    id=$(value id "$entry") wanted=${entry#*\"preferences\":[}
    wants[$id]=${wanted%%]*}
    list+="$id;$(value party_size "$entry");${wants[$id]}"$'\n'
    keys+="$(hmac "$seed" "$entropy$(hex "$id")") $id"$'\n'
    case $entry in *'"slot":'*) got[$id]=$(value slot "$entry") ;; *) got[$id]=none ;; esac
  done <<<"$entries"
  say "seed $seed"
  must "the hash of the seed, published before anybody entered," "$commitment" "$(sha256 "$seed")"
  must "the hash of the list of entries" "$entropy" "$(printf '%s' "$list" | sort | sha256sum | cut -c1-64)"
  for id in "${lots[@]}"; do case $list in *"$id;"*) ;; *) fail "the lot $id is not in the list of entries" ;; esac; done
  must "the order of the lots" "$(printf '%s' "$keys" | sort | sed 's/.* //')" "$(while IFS= read -r entry; do value id "$entry"; echo; done <<<"$entries")"
  for id in $(printf '%s' "$keys" | sort | sed 's/.* //'); do
    given=none
    for wanted in ${wants[$id]//,/ }; do
      [ "$given" = none ] && [ "${left[$wanted]}" -gt 0 ] || continue
      given=$wanted left[$wanted]=$((left[$wanted] - 1))
    done
    must "what the lot $id has got" "$given" "${got[$id]}"
    say "lot $id wanted ${wants[$id]}: $([ "$given" = none ] && echo nothing || echo "court $given")"
  done
  say "computed again here with sha256sum: the same order, and the same courts"
else
  skip "the draw, and the proof of it" $((drawn + 60))
fi

step "The week, as the district explains it to anybody"
days=()
for ahead in 0 1 2 3 4 5 6; do days+=("$(later "$day" $ahead)"); done
case " ${days[*]} " in *" $exams "*) ;; *) days+=("$exams") ;; esac
case " ${days[*]} " in *" $makeup "*) ;; *) days+=("$makeup") ;; esac
printf '\n   %-15s %-19s %-26s %-26s %s\n' Day Kind 'Court, 10:00' 'Court, 18:00' 'Hall, evening'
for date in "${days[@]}"; do
  explain "$court" "$date" 10:00
  kind=$(value day_kind) morning=$(why)
  explain "$court" "$date" 18:00
  night=$(why)
  if [ "$date" = "$day" ]; then explain "$hall" "$date" "$(clock $first)"; else explain "$hall" "$date" 19:00; fi
  printf '   %-15s %-19s %-26s %-26s %s\n' "$(date -d "$date" '+%a %F')" "$kind" "$morning" "$night" "$(why)"
done

echo
say "School $school, to look at further: $gateway/"
if [ ${#skipped[@]} -gt 0 ]; then
  printf 'The week is over in %d s: everything was as it should be, as far as it was shown. Left out: %s\n' $SECONDS "$(printf '%s; ' "${skipped[@]}" | sed 's/; $//')"
else
  printf 'The week is over in %d s: all of it was shown, and everything was as it should be.\n' $SECONDS
fi

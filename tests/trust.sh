#!/bin/sh
# Whom a plugin trusts, end to end over TLS on the loopback: tests/trust.sh [BUILD]
# Prints "ok - " and "not ok - " lines. What replaces the system's own store
# needs a mount namespace, and is told as left out where there is none.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:-${BUILDDIR:-.}}" && pwd) || exit 1
plugin=$build/plugins/check_coze_copy
simulator=$build/tests/simulator/cloudsim
system_store=/etc/ssl/certs
system_bundle=$system_store/ca-certificates.crt

work=$(mktemp -d "${TMPDIR:-/tmp}/trust.XXXXXX") || exit 1
servers=
failed=0
# shellcheck disable=SC2317 # called by the trap
finish() {
	for server in $servers; do
		kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
	done
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
unset SSL_CERT_FILE SSL_CERT_DIR https_proxy HTTPS_PROXY all_proxy ALL_PROXY
export CLOUD_TASKS_TOKEN=any-token

# serve CERTIFICATE: starts a server with it, whose port is then in $port
serve() {
	rm -f "$work/port"
	"$simulator" --tls-port=0 --cert="$certs/$1.pem" --key="$certs/$1.key" \
		--port-file="$work/port" >/dev/null 2>"$work/simulator.log" &
	servers="$servers $!"
	tries=0
	while [ ! -s "$work/port" ]; do
		tries=$((tries + 1))
		if [ "$tries" -gt 600 ] || ! kill -0 "$!" 2>/dev/null; then
			echo "not ok - the simulator does not start: $(cat "$work/simulator.log")"
			exit 1
		fi
		sleep 0.1
	done
	port=$(sed -n 's/^https=//p' "$work/port")
}

# verdict NAME WANTED_CODE WANTED_WORDS CODE OUTPUT
verdict() {
	if [ "$4" -eq "$2" ] && printf '%s\n' "$5" | grep -q -e "$3"; then
		echo "ok - $1"
	else
		echo "not ok - $1: exit code $4: $5"
		failed=1
	fi
}

# ask NAME CODE WORDS [VARIABLE=VALUE|OPTION]...: what the plugin is to say of $host:$port
host=127.0.0.1
ask() {
	name=$1 code=$2 words=$3
	shift 3
	assignments=
	while [ $# -gt 0 ]; do
		case $1 in
		[A-Z]*=*) assignments="$assignments $1" && shift ;;
		*) break ;;
		esac
	done
	# shellcheck disable=SC2086 # no path here holds a blank
	output=$(env $assignments "$plugin" -u "https://$host:$port" -T succeeded -t 60 \
		--retries=0 "$@" 2>&1)
	verdict "$name" "$code" "$words" $? "$output"
}
trusts() { ask "$1" 0 'COZE COPY OK - succeeded succeeded' "${@:2}"; }

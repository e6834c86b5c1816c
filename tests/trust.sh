#!/bin/sh
# Whom a plugin trusts, end to end over TLS on the loopback: tests/trust.sh [BUILD]
# Prints "ok - " and "not ok - " lines. What replaces the system's own store
# needs a mount namespace, and is told as left out where there is none.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:-${BUILDDIR:-.}}" && pwd) || exit 1
plugin=${PLUGINS:-$build/plugins}/check_coze_copy
simulator=${SIMULATOR:-$build/tests/simulator/cloudsim}
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

# ask NAME CODE WORDS ENVIRONMENT OPTION...: what the plugin is to say of $host:$port
host=127.0.0.1
ask() {
	name=$1 code=$2 words=$3 environment=$4
	shift 4
	# shellcheck disable=SC2086 # no path in it holds a blank
	output=$(env $environment "$plugin" -u "https://$host:$port" -T succeeded -t 120 \
		--retries=0 "$@" 2>&1)
	verdict "$name" "$code" "$words" $? "$output"
}

# trusts NAME ENVIRONMENT OPTION...; refuses the same, for want of a known authority
trusts() {
	name=$1
	shift
	ask "$name" 0 '^COZE COPY OK - succeeded succeeded' "$@"
}
refuses() {
	name=$1
	shift
	ask "$name" 3 'unreachable: .*\(certificate\|SSL_CERT\)' "$@"
}

if [ ! -x "$plugin" ] || [ ! -x "$simulator" ]; then
	echo "not ok - no plugin or no simulator: $plugin, $simulator"
	exit 1
fi
certs=$work/certs
"$here/simulator/certs.sh" "$certs" || exit 1
ca=$certs/ca.pem
foreign=$certs/foreign-ca.pem
rehash() { openssl rehash "$1" || exit 1; }
mkdir "$work/foreign.d" "$work/unlinked.d" "$work/empty.d"
cp "$foreign" "$work/foreign.d/" && rehash "$work/foreign.d"
cp "$ca" "$work/unlinked.d/"
cat "$foreign" "$ca" >"$work/bundle.pem"
serve good

# What the user names is all that is trusted.
trusts 'ca-file with the authority' '' --ca-file="$ca"
trusts 'ca-file with more than one' '' --ca-file="$work/bundle.pem"
trusts 'ca-path with the authority' '' --ca-path="$certs/ca.d"
trusts 'ca-file and ca-path, authority in the file' '' --ca-file="$ca" --ca-path="$work/foreign.d"
trusts 'ca-file and ca-path, authority in the directory' '' --ca-file="$foreign" --ca-path="$certs/ca.d"
refuses 'ca-file with another authority' '' --ca-file="$foreign"
refuses 'ca-path with another authority' '' --ca-path="$work/foreign.d"
refuses 'ca-file beside a good SSL_CERT_FILE' "SSL_CERT_FILE=$ca" --ca-file="$foreign"
refuses 'ca-file beside a good SSL_CERT_DIR' "SSL_CERT_DIR=$certs/ca.d" --ca-file="$foreign"
refuses 'ca-path beside a good SSL_CERT_FILE' "SSL_CERT_FILE=$ca" --ca-path="$work/foreign.d"
ask 'ca-file that is missing' 3 'ca-file: .*No such file' '' --ca-file="$work/none.pem"
ask 'ca-file that is a directory' 3 'ca-file: .*not a regular file' '' --ca-file="$certs/ca.d"
ask 'ca-file without a certificate' 3 'ca-file: .*no certificate' '' --ca-file="$certs/good.key"
ask 'ca-path that is missing' 3 'ca-path: .*No such file' '' --ca-path="$work/none.d"
ask 'ca-path without hash links' 3 'ca-path: .*no hash link' '' --ca-path="$work/unlinked.d"
ask 'ca-path that is empty' 3 'ca-path: .*no hash link' '' --ca-path="$work/empty.d"

# The environment, as OpenSSL's users know it.
trusts 'SSL_CERT_FILE with the authority' "SSL_CERT_FILE=$ca"
trusts 'SSL_CERT_DIR with the authority' "SSL_CERT_DIR=$certs/ca.d"
trusts 'SSL_CERT_FILE good, SSL_CERT_DIR another' "SSL_CERT_FILE=$ca SSL_CERT_DIR=$work/foreign.d"
trusts 'SSL_CERT_FILE another, SSL_CERT_DIR good' "SSL_CERT_FILE=$foreign SSL_CERT_DIR=$certs/ca.d"
trusts 'SSL_CERT_FILE good, SSL_CERT_DIR missing' "SSL_CERT_FILE=$ca SSL_CERT_DIR=$work/none.d"
trusts 'SSL_CERT_FILE good, SSL_CERT_DIR without links' "SSL_CERT_FILE=$ca SSL_CERT_DIR=$work/unlinked.d"
trusts 'SSL_CERT_FILE empty is not set' "SSL_CERT_FILE= SSL_CERT_DIR=$certs/ca.d"
refuses 'nothing named, the system does not know it' ''
refuses 'SSL_CERT_FILE with another authority' "SSL_CERT_FILE=$foreign SSL_CERT_DIR=$work/foreign.d"
refuses 'SSL_CERT_FILE that is missing' "SSL_CERT_FILE=$work/none.pem"
refuses 'SSL_CERT_DIR that is missing' "SSL_CERT_DIR=$work/none.d"
refuses 'SSL_CERT_DIR without hash links' "SSL_CERT_DIR=$work/unlinked.d"
refuses 'SSL_CERT_DIR that is empty' "SSL_CERT_DIR=$work/empty.d"

# The system's own store, replaced for this one command.
# in_store NAME CODE WORDS DIRECTORY
in_store() {
	# shellcheck disable=SC2016 # for the inner shell
	output=$(unshare --mount sh -c 'mount --bind "$1" "$2" && shift 2 && exec "$@"' sh \
		"$4" "$system_store" "$plugin" -u "https://$host:$port" -T succeeded -t 120 \
		--retries=0 2>&1)
	verdict "$1" "$2" "$3" $? "$output"
}
# store NAME BUNDLE_OR_- CERTIFICATE...: a directory with the bundle and links to the others
store() {
	directory=$work/$1
	mkdir "$directory"
	[ "$2" = - ] || cp "$2" "$directory/ca-certificates.crt"
	shift 2
	for certificate in "$@"; do
		mkdir -p "$work/hashed"
		cp "$certificate" "$work/hashed/" && rehash "$work/hashed"
		cp -RP "$work/hashed/." "$directory/" && rm -rf "$work/hashed"
	done
}
well='^COZE COPY OK - succeeded succeeded'
badly='unreachable: .*certificate'
if [ -e "$system_bundle" ] &&
	unshare --mount mount --bind "$certs" "$system_store" >/dev/null 2>&1; then
	store linked "$foreign" "$ca"
	store bundled "$work/bundle.pem" "$foreign"
	store unlinked "$work/bundle.pem"
	store only-directory - "$ca"
	store neither "$foreign" "$foreign"
	store empty -
	in_store 'system: the directory alone knows it' 0 "$well" "$work/linked"
	in_store 'system: the bundle alone knows it' 0 "$well" "$work/bundled"
	in_store 'system: no hash links, the bundle knows it' 0 "$well" "$work/unlinked"
	in_store 'system: no bundle, the directory knows it' 0 "$well" "$work/only-directory"
	in_store 'system: neither knows it' 3 "$badly" "$work/neither"
	in_store 'system: nothing there' 3 "$badly" "$work/empty"
else
	echo '# left out: the system store cannot be replaced here (no mount namespace)'
fi

# Who wants to see a certificate: a server, and an HTTPS proxy. It says HTTP 418 to those
# who showed one.
# demand TLS_VERSION
demand() {
	rm -f "$work/port"
	python3 - "$certs" "$work/port" "$1" <<-'EOF' &
		import os, socket, ssl, sys
		certs, port_file, version = sys.argv[1:]
		context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
		context.load_cert_chain(certs + '/good.pem', certs + '/good.key')
		context.load_verify_locations(certs + '/ca.pem')
		context.verify_mode = ssl.CERT_REQUIRED
		context.maximum_version = ssl.TLSVersion[version]
		listener = socket.create_server(('127.0.0.1', 0))
		with open(port_file + '.new', 'w') as file:
		    print(listener.getsockname()[1], file=file)
		os.rename(port_file + '.new', port_file)
		while True:
		    connection = listener.accept()[0]
		    try:
		        with context.wrap_socket(connection, server_side=True) as tls:
		            tls.recv(65536)
		            tls.sendall(b"HTTP/1.1 418 I'm a teapot\r\nContent-Length: 2\r\n\r\n{}")
		    except OSError:
		        connection.close()
	EOF
	servers="$servers $!"
	until [ -s "$work/port" ]; do
		kill -0 "$!" 2>/dev/null || { echo 'not ok - the demanding server does not start'; exit 1; }
		sleep 0.1
	done
	port=$(cat "$work/port")
}
demand TLSv1_3
mine="--client-cert=$certs/client.pem --client-key=$certs/client.key"
# shellcheck disable=SC2086 # two words
ask 'a server that wants a certificate gets it' 3 'HTTP 418' '' --ca-file="$ca" $mine
demanding=$port
serve good
proxy=--proxy=https://127.0.0.1:$demanding
# shellcheck disable=SC2086
ask 'a proxy that wants a certificate gets it' 3 'unreachable: .*418' '' --ca-file="$ca" $proxy $mine
# TLS 1.3 may tell of a missing certificate by a lost connection, 1.2 in so many words.
demand TLSv1_2
ask 'a server that wants a certificate, and none is shown' 3 'unreachable: .*alert' '' --ca-file="$ca"
demanding=$port
serve good
proxy=--proxy=https://127.0.0.1:$demanding
ask 'a proxy that wants a certificate, and none is shown' 3 'unreachable: .*alert' '' --ca-file="$ca" "$proxy"
# shellcheck disable=SC2086
ask 'a proxy of TLS 1.2' 3 'unreachable: .*418' '' --ca-file="$ca" $proxy $mine
# shellcheck disable=SC2086
ask 'a proxy of TLS 1.2 where 1.3 is the least' 3 'unreachable: .*\(alert\|version\)' '' --ca-file="$ca" $proxy $mine --tls-min=1.3

# Certificates that no store makes good.
for wrong in expired wronghost selfsigned foreign; do
	serve "$wrong"
	refuses "a certificate that is $wrong" '' --ca-file="$ca"
	refuses "a certificate that is $wrong, by SSL_CERT_DIR" "SSL_CERT_DIR=$certs/ca.d"
done
exit "$failed"

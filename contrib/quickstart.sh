#!/bin/sh
# Sets up all that is needed on a fresh Debian 12, builds, and
#   ./contrib/quickstart.sh        shows the four plugins at work on a simulator
#   ./contrib/quickstart.sh test   runs every quick test
# As root or through sudo. Takes no questions and nothing from outside but
# Debian's packages. Built in ./build-quickstart; ./configure is made in place.
set -eu
cd "$(dirname "$0")/.."
build="build-quickstart"
packages="gcc make autoconf automake pkg-config gettext libcurl4-openssl-dev libjansson-dev \
libinih-dev libssl-dev openssl ca-certificates python3"
test_packages="check libmicrohttpd-dev libgnutls28-dev mandoc nghttp2-proxy"

say() { printf '\n== %s\n' "$*"; }

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null 2>&1; then
		sudo "$@"
	else
		echo "quickstart.sh: not root, and there is no sudo; cannot install packages" >&2
		exit 1
	fi
}

is_installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

install_packages() {
	missing=
	for package in $packages $test_packages; do
		is_installed "$package" || missing="$missing $package"
	done
	if [ -z "$missing" ]; then
		say "all packages are installed already"
		return
	fi
	say "installing:$missing"
	as_root apt-get update -q
	# shellcheck disable=SC2086 # a list of names
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
		-o DPkg::Lock::Timeout=600 $missing
}

build_all() {
	say "building in $build"
	[ -x configure ] || autoreconf -fi
	mkdir -p "$build"
	(cd "$build" && ../configure --enable-tests >configure.out 2>&1) || {
		cat "$build/configure.out"
		exit 1
	}
	make -C "$build" -s -j "$(nproc)" all tests/simulator/cloudsim
}

# Runs a command and shows it with what it says; a plugin's exit code is part of that.
show() {
	printf '\n$ %s\n' "$*"
	"$@" || printf '(exit code %s)\n' "$?"
}

demo() {
	scratch=$(mktemp -d)
	sim=
	trap 'if [ -n "$sim" ]; then kill "$sim" 2>/dev/null || :; fi; rm -rf "$scratch"' EXIT
	"$build/tests/simulator/cloudsim" --port=0 --port-file="$scratch/port" \
		</dev/null >/dev/null 2>&1 &
	sim=$!
	for _ in $(seq 100); do
		[ -s "$scratch/port" ] && break
		sleep 0.1
	done
	url=http://127.0.0.1:$(sed -n 's/^http=//p' "$scratch/port")
	token=$scratch/token
	(umask 077 && echo demo-token >"$token")
	say "the four plugins against a simulator of the providers at $url"
	PATH=$PWD/$build/plugins:$PATH
	show check_123pan_copy -u "$url" --token-file="$token" -T failed=photos -T running=logos
	show check_123pan_copy -u "$url" --token-file="$token" -T partial=archive
	show check_123pan_offline -u "$url" --token-file="$token" -T 403316=backup
	show check_koodrive_task -u "$url" --token-file="$token" -T 1534087020903704704=handover
	show check_coze_copy -u "$url" --token-file="$token" -T running=bot -T failed=helper
	say "what a generic check takes for OK: a refused token (HTTP 200, code 401), HTML"
	show check_123pan_copy -u "$url" --token-file="$token" -T fault-denied=photos
	show check_coze_copy -u "$url" --token-file="$token" -T fault-html200=bot
	say "the same for Zabbix and scripts"
	show check_123pan_offline -u "$url" --token-file="$token" -T 403316=backup -o json
}

case ${1-} in
'')
	echo "This takes about a minute on a fresh machine, half a minute later on."
	install_packages
	build_all
	demo
	say "done: the plugins are in $build/plugins; 'make -C $build install' installs them"
	;;
test)
	echo "This takes about three minutes on a fresh machine, one to two later on."
	install_packages
	build_all
	say "running every quick test"
	make -C "$build" -s -j "$(nproc)" check
	;;
*)
	echo "usage: contrib/quickstart.sh [test]" >&2
	exit 2
	;;
esac

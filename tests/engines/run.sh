#!/bin/bash
# Runs tests against real monitoring engines, each brought up privately on loopback.
#
#   run.sh [--install] [--all | NAME...]
#
# NAME is a file beside this one without its suffix: perfdata, checkmk, prometheus, nagios, icinga2, icinga2-cluster,
# nrpe, zabbix, director.
# --all is every one of them but director, which needs 300 MB of packages.
# --install fetches the Debian packages that are missing (as root); --install-only does no more than that.
# PLUGINS is the directory of the built plugins, SIMULATOR the built simulator, KEEP=1 keeps the scratch directories.
set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
all=(perfdata checkmk prometheus nagios icinga2 icinga2-cluster nrpe zabbix)
limit=1200 # seconds for one test; every wait inside has its own, shorter limit

die() {
	echo "run.sh: $*" >&2
	exit 3
}

usage() {
	sed -n '2,10s/^# \{0,1\}//p' "$0"
}

test_file() {
	local suffix
	for suffix in py sh; do
		[ -f "$here/$1.$suffix" ] && echo "$here/$1.$suffix" && return 0
	done
	return 1
}

# A test names its packages in a comment, "# packages: a b c".
packages_of() {
	sed -n 's/^# packages: *//p' "$(test_file "$1")"
}

missing_packages() {
	local name package
	for name in "$@"; do
		for package in $(packages_of "$name"); do
			[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
		done
	done | sort -u
}

apt() {
	DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends \
		-o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 "$@" </dev/null
}

# The packages' scripts must start no daemon. What policy was there comes back afterwards; the lock keeps a second run
# from taking our policy for the machine's own.
policy=/usr/sbin/policy-rc.d

put_policy_back() {
	[ -n "${policy_set:-}" ] || return 0
	policy_set=
	if [ -e "$policy.engines-saved" ]; then
		mv -f "$policy.engines-saved" "$policy"
	else
		rm -f "$policy"
	fi
}

forbid_daemons() {
	if [ -x "$policy" ] && "$policy" any-daemon start >/dev/null 2>&1; [ $? = 101 ]; then
		return 0
	fi
	[ ! -e "$policy" ] || mv -f "$policy" "$policy.engines-saved"
	policy_set=1
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod 755 "$policy"
}

install_missing() {
	local packages
	mapfile -t packages < <(missing_packages "$@")
	[ "${#packages[@]}" -gt 0 ] || return 0
	[ "$(id -u)" = 0 ] || die "--install needs root; missing: ${packages[*]}"
	echo "# installing ${packages[*]}"
	(
		flock 9
		trap put_policy_back EXIT
		trap 'exit 1' HUP INT TERM
		forbid_daemons
		apt install "${packages[@]}" || { apt update && apt install "${packages[@]}"; }
	) 9>/run/cloud-task-engines.lock >"$scratch/apt.log" 2>&1 && return 0
	tail -n 40 "$scratch/apt.log" >&2
	die "the packages could not be installed"
}

run_one() {
	local file log=$scratch/log
	local -a with=()
	file=$(test_file "$1")
	case $file in
	*.py) with=("${PYTHON:-python3}") ;;
	*.sh) with=(bash) ;;
	esac
	echo "# $1"
	# In the background, so that a signal to this script reaches the test at once and not after its end.
	{
		timeout -k 60 "$limit" "${with[@]}" "$file" </dev/null &
		echo $! >"$scratch/pid"
		wait $!
		echo $? >"$scratch/status"
	} 2>&1 | tee "$log" &
	wait $!
	local status good bad
	status=$(cat "$scratch/status")
	good=$(grep -c '^ok - ' "$log")
	bad=$(grep -c '^not ok - ' "$log")
	if [ "$bad" = 0 ] && { [ "$status" != 0 ] || [ "$good" = 0 ]; }; then
		echo "not ok - $1 ended with exit code $status after $good passed steps"
		bad=1
	fi
	passed=$((passed + good))
	failed=$((failed + bad))
}

install=
names=()
while [ $# -gt 0 ]; do
	case $1 in
	--install) install=1 ;;
	--install-only) install=only ;;
	--all) names+=("${all[@]}") ;;
	-h | --help)
		usage
		exit 0
		;;
	-*) die "unknown option $1 (see --help)" ;;
	*) names+=("$1") ;;
	esac
	shift
done
[ "${#names[@]}" -gt 0 ] || names=("${all[@]}")
for name in "${names[@]}"; do
	test_file "$name" >/dev/null || die "no test is named $name"
done

export PYTHONDONTWRITEBYTECODE=1
export PLUGINS=${PLUGINS:-$top/plugins} SIMULATOR=${SIMULATOR:-$top/tests/simulator/cloudsim}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/engines-run.XXXXXX") || exit 3
stop() {
	[ ! -s "$scratch/pid" ] || kill "$(cat "$scratch/pid")" 2>/dev/null
	wait
	exit 1
}
trap 'rm -rf "$scratch"' EXIT
trap stop HUP INT TERM

[ -z "$install" ] || install_missing "${names[@]}"
[ "$install" != only ] || exit 0
passed=0
failed=0
for name in "${names[@]}"; do
	run_one "$name"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]

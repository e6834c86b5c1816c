#!/bin/bash
# Shows the plugins at work: Nagios Core with its web page and the simulated providers, all on loopback. Tasks move from
# waiting to failed within two minutes. Nothing is left behind when it stops.
#
#   contrib/demo.sh [--install] [--screenshot FILE.png]
#
# --install fetches what is missing (Debian, as root): nagios4-core, busybox, and chromium for a picture.
# --screenshot waits for a failed task, writes a picture of the page and stops.
# BUILD is the build directory with plugins/ and tests/simulator/cloudsim; the top directory if unset.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "${BUILD:-$top}" && pwd)
install=
picture=
while [ $# -gt 0 ]; do
	case $1 in
	--install) install=1 ;;
	--screenshot)
		picture=${2:?--screenshot needs a file name}
		shift
		;;
	*)
		sed -n '2,9s/^# \{0,1\}//p' "$0"
		[ "$1" = --help ]
		exit
		;;
	esac
	shift
done

die() {
	echo "demo.sh: $*" >&2
	exit 1
}

if [ -n "$install" ]; then
	[ "$(id -u)" = 0 ] || die "--install needs root"
	"$top/tests/engines/run.sh" --install-only nagios
	DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=600 \
		busybox ${picture:+chromium fonts-wqy-microhei} </dev/null >/dev/null
fi
export PLUGINS=$build/plugins SIMULATOR=$build/tests/simulator/cloudsim
[ -x "$PLUGINS/check_123pan_copy" ] || die "no plugins in $PLUGINS: build first, or set BUILD"
[ -x "$SIMULATOR" ] || die "no simulator: make tests/simulator/cloudsim"
busybox=$(command -v busybox) || die "busybox is missing, see --install"

scratch=$(mktemp -d /tmp/cloud-task-pages.XXXXXX)
chmod 755 "$scratch"
trap 'rm -rf "$scratch"' EXIT

# The page's programs: Debian's nagios4-cgi drags PHP in, which they do not need. So it is unpacked, not installed.
root=
if [ ! -x /usr/lib/cgi-bin/nagios4/status.cgi ]; then
	(cd "$scratch" && apt-get download nagios4-cgi nagios4-common libjs-jquery >download.log 2>&1) ||
		die "cannot fetch nagios4-cgi: $(cat "$scratch/download.log")"
	for package in "$scratch"/*.deb; do
		dpkg-deb -x "$package" "$scratch/root"
	done
	chmod -R a+rX "$scratch/root"
	root=$scratch/root
fi

shot=()
if [ -n "$picture" ]; then
	shot=("$picture" "$(command -v chromium)") || die "chromium is missing, see --install"
fi
export PYTHONPATH=$top/tests/engines PYTHONDONTWRITEBYTECODE=1
"${PYTHON:-python3}" -m enginelib.demo "$root/usr/lib/cgi-bin/nagios4" "$root/usr/share/nagios4/htdocs" \
	"$root/etc/nagios4/stylesheets" "$busybox" "${shot[@]}" &
demo=$!
trap 'kill "$demo" 2>/dev/null || :' HUP INT TERM
code=0
while kill -0 "$demo" 2>/dev/null; do
	code=0
	wait "$demo" || code=$?
done
exit "$code"

#!/bin/bash
# Builds the Debian and the RPM package, and tries the former in a new, minimal
# system: tests/packages.sh [--install] [BUILD]
# Prints "ok - " and "not ok - " lines. As root. BUILD is a build tree with the
# simulator. --install fetches what is missing. DEB_BUILD_OPTIONS is "nocheck"
# where it is not set: the quick tests have a place of their own.
set -u
top=$(cd "$(dirname "$0")/.." && pwd)
packaging=$top/contrib/packaging
if [ "${1-}" = --install ]; then
	shift
	export DEBIAN_FRONTEND=noninteractive
	apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=600 \
		build-essential cpio lintian mmdebstrap rpm xz-utils </dev/null &&
		apt-get build-dep -y -q --no-install-recommends -o DPkg::Lock::Timeout=600 -P nocheck \
			"$packaging" </dev/null || exit 1
fi
build=$(cd "${1:-${BUILDDIR:-.}}" && pwd) || exit 1
simulator=${SIMULATOR:-$build/tests/simulator/cloudsim}
export DEB_BUILD_OPTIONS=${DEB_BUILD_OPTIONS-nocheck} LC_ALL=C.UTF-8 TERM=dumb
unset CLOUD_TASKS_TOKEN CLOUD_TASKS_STATE_DIR

plugins="check_123pan_copy check_123pan_offline check_coze_copy check_koodrive_task"
secrets=/etc/cloud-task-plugins
state=/var/lib/cloud-task-plugins
config=/etc/nagios-plugins/config/cloud-task-plugins.cfg
token=$secrets/123pan.token

[ "$(id -u)" -eq 0 ] || {
	echo "not ok - tests/packages.sh needs root"
	exit 1
}
[ -x "$simulator" ] || {
	echo "not ok - no simulator: $simulator"
	exit 1
}
work=$(mktemp -d "${TMPDIR:-/tmp}/packages.XXXXXX") || exit 1
chmod 755 "$work"
root=$work/root
server=
others=
finish() {
	for process in $server $others; do
		kill "$process" 2>/dev/null && wait "$process" 2>/dev/null
	done
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

failed=0
# verdict NAME CODE DETAILS: ok where CODE is 0
verdict() {
	if [ "$2" -eq 0 ]; then
		echo "ok - $1"
	else
		echo "not ok - $1"
		printf '%s\n' "$3" | tail -n 60 | sed 's/^/#   /'
		failed=1
	fi
}

# must NAME COMMAND...: ok where the command succeeds
must() {
	local name=$1 output
	shift
	output=$("$@" 2>&1 </dev/null)
	verdict "$name" $? "$output"
}

# same NAME WANTED GIVEN: two texts
same() {
	local difference
	difference=$(diff <(printf '%s\n' "$2") <(printf '%s\n' "$3"))
	verdict "$1" $? "$difference"
}

inside() {
	chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/ LC_ALL=C.UTF-8 \
		DEBIAN_FRONTEND=noninteractive "$@"
}

# as USER COMMAND...: in the new system
as() {
	local user=$1
	shift
	inside setpriv --reuid="$user" --regid="$(inside id -gn "$user")" --init-groups "$@"
}

# owner PATH: owner, group and mode in the new system
owner() {
	inside stat -c '%U:%G %a' "$1" 2>&1
}

serve() {
	rm -f "$work/port"
	"$simulator" --port=0 --port-file="$work/port" >/dev/null 2>"$work/simulator.log" </dev/null &
	server=$!
	until [ -s "$work/port" ]; do
		kill -0 "$server" 2>/dev/null || {
			echo "not ok - the simulator does not start: $(cat "$work/simulator.log")"
			exit 1
		}
		sleep 0.1
	done
	port=$(sed -n 's/^http=//p' "$work/port")
}

end_server() {
	kill "$server" && wait "$server" 2>/dev/null
	server=
}

# ask USER CODE WORDS OPTION...: what a check says in the new system
ask() {
	local user=$1 code=$2 words=$3 output
	shift 3
	output=$(as "$user" /usr/lib/nagios/plugins/check_123pan_copy -u "http://127.0.0.1:$port" \
		--token-file="$token" -T succeeded=photos -t 60 --retries=0 "$@" 2>&1)
	# shellcheck disable=SC2053 # a pattern
	[ $? -eq "$code" ] && [[ $output == $words ]] && return
	printf 'wanted %s, %s\n%s\n' "$code" "$words" "$output"
	return 1
}

# files_of DIR: the files below, as paths of the system
files_of() {
	(cd "$1" && find . -type f -o -type l) | sed 's/^\.//' | LC_ALL=C sort
}

# every_file: all names of the new system that a package may have made
every_file() {
	(cd "$root" && find . -xdev \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./tmp \
		-o -path ./run -o -path ./var/cache -o -path ./var/log -o -path ./var/lib/dpkg \) \
		-prune -o -print) | grep -v -x -e './etc/.*-' -e ./var/lib/nagios | LC_ALL=C sort
}

### What the packages are made of

version=$(sed -n 's/^AC_INIT(\[[^]]*\], *\[\([^]]*\)\].*/\1/p' "$top/configure.ac")
copy=$work/version
mkdir -p "$copy/contrib"
cp -R "$packaging" "$copy/contrib/"
cp "$top/configure.ac" "$copy/"
"$packaging/set-version" "$copy" >/dev/null
must "the packages have configure.ac's version $version" diff -r "$packaging" "$copy/contrib/packaging"
sed -i 's/^AC_INIT(\[cloud-task-plugins\], *\[[^]]*\]/AC_INIT([cloud-task-plugins], [98.7]/' "$copy/configure.ac"
must 'set-version takes a new version' "$packaging/set-version" "$copy"
same 'the Debian changelog has it first' 98.7-0upstream1 \
	"$(dpkg-parsechangelog -l "$copy/contrib/packaging/debian/changelog" -S Version 2>&1)"
same 'the spec has it' '98.7 98.7-1' "$(rpmspec -q --srpm --undefine dist \
	--qf '%{version} %{changelogname}\n' "$copy/contrib/packaging/rpm/cloud-task-plugins.spec" 2>&1 |
	sed 's/ .*- / /')"

if ! "$packaging/tarball" "$work" >"$work/made" 2>"$work/tarball.log"; then
	verdict 'make dist' 1 "$(cat "$work/tarball.log")"
	exit 1
fi
tarball=$(cut -d' ' -f2 "$work/made")
echo 'ok - make dist'
if [ -e "$top/.git" ]; then
	same 'the release has what git knows, and what makes configure' \
		"$(git -C "$top" ls-files | grep -v -x '\.gitignore' | LC_ALL=C sort)" \
		"$(tar -tf "$tarball" | sed -n 's|^[^/]*/\(.*[^/]\)$|\1|p' |
			grep -v -x -e 'build-aux/.*' -e aclocal.m4 -e configure -e Makefile.in | LC_ALL=C sort)"
fi

### The Debian package

"$packaging/build-deb" --output="$work/deb" "$tarball" >"$work/deb.log" 2>&1
verdict 'the Debian package is built' $? "$(cat "$work/deb.log")"
deb=$(echo "$work"/deb/cloud-task-plugins_*.deb)
[ -f "$deb" ] || exit 1

# The RPM package, while the new system is made.
mkdir "$work/rpm"
"$packaging/build-rpm" --output="$work/rpm" "$tarball" --nodeps --without=check \
	--define '_mandir /usr/share/man' >"$work/rpm.log" 2>&1 &
others=$!

must 'lintian finds neither errors nor warnings' \
	lintian --allow-root --no-cfg --fail-on error,warning "$work"/deb/*.changes
wanted=$(dpkg-deb -f "$deb" Depends | tr ',' '\n' | sed 's/^ *//; s/[ (|:].*//' | sort -u | paste -sd,)
sources=/etc/apt/sources.list.d/debian.sources
[ -f "$sources" ] || sources=/etc/apt/sources.list
codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
mmdebstrap --quiet --variant=essential --include="$wanted,man-db" --dpkgopt=force-unsafe-io \
	"$codename" "$root" "$sources" >"$work/root.log" 2>&1 </dev/null
verdict 'a new, minimal system' $? "$(cat "$work/root.log")"

dpkg-deb -x "$deb" "$work/unpacked"
while read -r language; do
	must "it has the translation $language" \
		test -s "$work/unpacked/usr/share/locale/$language/LC_MESSAGES/cloud-task-plugins.mo"
done < <(grep -v '^#' "$top/po/LINGUAS")
for folder in checkmk icinga-director icinga2 nagios prometheus zabbix; do
	same "it has the configurations of contrib/$folder" \
		"$(files_of "${tarball%.tar.xz}/contrib/$folder" | grep -v -x -e /variants.py -e /zh_CN.tsv)" \
		"$(files_of "$work/unpacked/usr/share/cloud-task-plugins/$folder")"
done
same 'it has the documents' "/README.md
$(cd "$top" && printf '/%s\n' docs/*.md docs/images/* | LC_ALL=C sort)" \
	"$(files_of "$work/unpacked/usr/share/doc/cloud-task-plugins" | grep -e '\.md' -e /docs/ | sed 's/\.gz$//')"
same 'it has nothing twice' '' \
	"$(find "$work/unpacked" -type f -size +0 -exec sha256sum {} + | sort | uniq -w 64 -D)"

cp "$deb" "$root/tmp/new.deb"
every_file >"$work/before"
must 'it installs' inside dpkg -i /tmp/new.deb
same 'it has what it depends on, and is set up' 'install ok installed' \
	"$(inside dpkg-query -W -f '${Status}' cloud-task-plugins)"
same 'no link leads nowhere' '' "$(inside find -L /usr/share/cloud-task-plugins /usr/share/icinga2 -type l 2>&1)"
same "the secrets' directory is the group's" 'root:nagios 750' "$(owner $secrets)"
same 'the state directory is the user nagios'"'"'s' 'nagios:nagios 750' "$(owner $state)"
same 'the commands of Nagios are configuration' "$config" \
	"$(inside dpkg-query -W -f '${Conffiles}\n' cloud-task-plugins | awk 'NF { print $1 }')"
for plugin in $plugins; do
	same "$plugin tells its version" "$plugin (cloud-task-plugins) $version" \
		"$(as nobody /usr/lib/nagios/plugins/$plugin --version 2>&1 | head -n 1)"
	same "$plugin is root's" 'root:root 755' "$(owner /usr/lib/nagios/plugins/$plugin)"
	must "man finds $plugin" inside man -w "$plugin"
	must "bash completes $plugin" inside bash -c \
		". /usr/share/bash-completion/completions/$plugin.bash && complete -p $plugin"
	must "zsh has a completion for $plugin" \
		inside grep -q "^#compdef $plugin" /usr/share/zsh/vendor-completions/_$plugin
	must "Nagios has a command with $plugin" inside grep -qF "\$USER1\$/$plugin " $config
	must "Icinga 2 has a command with $plugin" \
		inside grep -qF "PluginDir + \"/$plugin\"" /usr/share/icinga2/include/cloud-task-plugins.conf
done

### At work

inside install -m 0640 -o root -g nagios /dev/null $token
echo any-token >"$root$token"
serve
must 'nagios checks a task, and remembers it' ask nagios 0 '123PAN COPY OK - photos succeeded*' --remember
history=$(inside sh -c "echo $state/history-*.json")
same "the history is nagios's alone" 'nagios:nagios 600' "$(owner "$history")"
must 'another user cannot read the token' ask nobody 3 '*UNKNOWN*Permission denied*'
end_server
must 'the remembered task needs no provider' ask nagios 0 '123PAN COPY OK - photos succeeded*' --remember
must 'a task that is not remembered does' ask nagios 3 '*UNKNOWN*unreachable*'

### Upgrade

mkdir "$work/next"
dpkg-deb -R "$deb" "$work/next/tree"
sed -i 's/^Version: .*/&+next/' "$work/next/tree/DEBIAN/control"
dpkg-deb --root-owner-group -b "$work/next/tree" "$root/tmp/next.deb" >/dev/null
echo '# by the administrator' >>"$root$config"
inside dpkg-statoverride --update --add root daemon 0710 $secrets
inside chown daemon:daemon $state
must 'it upgrades' inside dpkg -i /tmp/next.deb
same 'the upgrade is there' next \
	"$(inside dpkg-query -W -f '${Version}' cloud-task-plugins | sed 's/.*+//')"
same 'the upgrade leaves the owner that was registered' 'root:daemon 710' "$(owner $secrets)"
same 'the upgrade leaves the owner that was set' 'daemon:daemon 750' "$(owner $state)"
must 'the upgrade leaves the changed configuration' grep -q 'by the administrator' "$root$config"
must 'the upgrade leaves the history' inside test -s "$history"
inside dpkg-statoverride --remove $secrets
inside chown root:nagios $secrets
inside chown nagios:nagios $state
must 'after the upgrade the task is remembered' ask nagios 0 '123PAN COPY OK - photos succeeded*' --remember

### Removal and purge

must 'it is removed' inside dpkg -r cloud-task-plugins
same 'removal leaves the configuration, the secrets and the state' "$token
$config
$history
$history.lock" "$(inside find /usr/lib/nagios /usr/share/icinga2 /usr/share/zsh \
	/usr/share/cloud-task-plugins $secrets $config $state -type f 2>/dev/null | LC_ALL=C sort)"
must 'it is installed again' inside dpkg -i /tmp/new.deb
must 'the task is remembered still' ask nagios 0 '123PAN COPY OK - photos succeeded*' --remember
must 'it is purged' inside dpkg -P cloud-task-plugins
# But the user, and adduser's backups of the account files.
same 'a purge leaves nothing behind' "$(cat "$work/before")" "$(every_file)"
must 'a purge leaves the user' inside id nagios

### The RPM package

wait "$others"
code=$?
others=
verdict 'the RPM package is built' $code "$(cat "$work/rpm.log")"
rpm=$(echo "$work"/rpm/cloud-task-plugins-*.rpm)
if [ -f "$rpm" ]; then
	mkdir "$work/rpm/unpacked"
	(cd "$work/rpm/unpacked" && rpm2cpio "$rpm" | cpio -id --quiet)
	libdir=$(rpm --eval '%{_libdir}')
	# As far as the two put the same where each expects it.
	same 'it has what the Debian package has' \
		"$(files_of "$work/unpacked" | grep -v -e ^/etc/ -e /usr/share/doc/ | sed 's/\.gz$//')" \
		"$(files_of "$work/rpm/unpacked" | grep -v -e /.build-id/ -e /usr/share/doc/ -e /usr/share/licenses/ |
			sed "s|^$libdir/|/usr/lib/|; s|/zsh/site-functions/|/zsh/vendor-completions/|; s/\.gz\$//" |
			LC_ALL=C sort)"
	same 'its directories have owners and modes' "drwxr-x--- nagios:nagios $state
drwxr-x--- root:nagios $secrets" \
		"$(rpm -qp --qf '[%{FILEMODES:perms} %{FILEUSERNAME}:%{FILEGROUPNAME} %{FILENAMES}\n]' "$rpm" 2>/dev/null |
			grep ':nagios ' | LC_ALL=C sort)"
	for plugin in $plugins; do
		same "its $plugin tells its version" "$plugin (cloud-task-plugins) $version" \
			"$("$work/rpm/unpacked$libdir/nagios/plugins/$plugin" --version 2>&1 | head -n 1)"
		same "its $plugin has the state directory of the package" 1 \
			"$(strings "$work/rpm/unpacked$libdir/nagios/plugins/$plugin" | grep -cx $state)"
	done
	same 'it depends on the libraries, and on the user nagios' 'libcrypto
libcurl
libinih
libjansson
nagios-common' "$(rpm -qp --requires "$rpm" 2>/dev/null |
		sed -n 's/^\(lib[a-z]*\)\.so.*()(64bit)$/\1/p; s/^nagios-common$/&/p' |
		grep -v -x -e libc -e libm | sort -u)"
fi
exit "$failed"

#!/bin/sh
# That `make dist` packs what git knows and what autoreconf made, no more and no
# less: tests/dist.sh. Done in a copy of the tree in which things lie about that
# a build, an editor and a user leave. Needs git, and ./configure to be there.
set -u
src=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/cloud-tasks-dist.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
failed=0

say() {
	if [ "$1" -eq 0 ]; then
		echo "ok - $2"
	else
		echo "not ok - $2"
		failed=1
	fi
}

give_up() {
	say 1 "$1"
	exit 1
}

copy_tree() {
	mkdir "$scratch/tree" && cd "$src" &&
		git -c core.quotePath=false ls-files >"$scratch/known" &&
		{
			cat "$scratch/known"
			find aclocal.m4 build-aux configure Makefile.in -type f
		} >"$scratch/copied" &&
		tar -cf "$scratch/tree.tar" -T "$scratch/copied" && cd "$scratch/tree" &&
		tar -xf "$scratch/tree.tar" && git init -q &&
		git add -f --pathspec-from-file="$scratch/known"
}

# Where the lists of Makefile.am take whole directories.
leave_things_about() {
	mkdir -p tests/logs contrib/__pycache__ tests/unit/.deps docs/man/.deps po/locale &&
		for path in tests/unit/test_url.o tests/unit/unit tests/simulator/cloudsim \
			tests/bench/spawn tests/logs/unit.log contrib/__pycache__/generate.pyc \
			tests/unit/.deps/unit.Po tests/unit/.dirstamp docs/man/.deps/x docs/notes.md~ po/locale/x.mo; do
			echo "not for a release" >"$path" || return 1
		done
}

pack() {
	./configure --disable-tests >"$scratch/log" 2>&1 &&
		make -s dist >>"$scratch/log" 2>&1 || {
		tail -n 20 "$scratch/log"
		return 1
	}
}

# What is packed, without the directories and without the name and version before it.
list_packed() {
	tar -tf cloud-task-plugins-*.tar.xz | sed -n -e 's|/$||;t' -e 's|^[^/]*/||p' | LC_ALL=C sort
}

# What should be: all but git's own file, and what autoreconf makes.
list_wanted() {
	{
		grep -v -x '.gitignore' "$scratch/known"
		find aclocal.m4 build-aux configure Makefile.in -type f
	} | LC_ALL=C sort
}

copy_tree || give_up "the tree can be copied"
leave_things_about || give_up "things can be left about in it"
pack || give_up "make dist"
list_packed >"$scratch/packed"
list_wanted >"$scratch/wanted"
[ -s "$scratch/packed" ] || give_up "there is a list of what is packed"
LC_ALL=C comm -13 "$scratch/wanted" "$scratch/packed" >"$scratch/more"
LC_ALL=C comm -23 "$scratch/wanted" "$scratch/packed" >"$scratch/missing"
[ ! -s "$scratch/more" ]
say $? "nothing is packed that git does not know"
sed 's/^/  /' "$scratch/more"
[ ! -s "$scratch/missing" ]
say $? "all that git knows is packed"
sed 's/^/  /' "$scratch/missing"
exit "$failed"

#!/bin/bash
# Builds the fuzz targets and runs them.
#
#   run.sh [SECONDS]   with clang and libFuzzer, each target so long (default 10);
#                      FUZZ_CORPUS=DIR keeps what is found in DIR/TARGET
#   run.sh --plain     with CC (default cc), over the corpus alone, as a regression test
#
# FUZZ_BUILD=DIR keeps the build for the next time, and the inputs that made a target
# fail: put those into tests/fuzz/corpus/TARGET once they are mended.
set -euo pipefail
cd "$(dirname "$0")/../.."

targets=(json range ini text retry_after token_file history
	123pan_copy 123pan_offline coze_copy koodrive_task)
seconds=${1:-10}
plain=
[ "$seconds" = --plain ] && plain=yes

build=${FUZZ_BUILD:-}
if [ -z "$build" ]; then
	build=$(mktemp -d)
	trap 'rm -rf "$build"' EXIT
fi
mkdir -p "$build/lib" "$build/tmp"
export TMPDIR=$build/tmp

libraries=(libcrypto libcurl jansson inih)
read -ra cflags <<<"$(pkg-config --cflags "${libraries[@]}")"
read -ra libs <<<"$(pkg-config --libs "${libraries[@]}") -lm"
cflags+=(-std=c17 -D_XOPEN_SOURCE=700 -D_FILE_OFFSET_BITS=64 -O1 -g -Ilib -Iplugins
	'-DSTATEDIR="/nonexistent"' '-DVERSION="fuzz"')
if [ "$plain" ]; then
	cc=${CC:-cc}
	read -ra own <<<"${CFLAGS:-}"
	link=("${own[@]}" tests/fuzz/driver.c)
else
	cc=${CC:-clang}
	own=("-fsanitize=fuzzer-no-link,address,undefined" -fno-sanitize-recover=undefined)
	link=("-fsanitize=fuzzer,address,undefined" -fno-sanitize-recover=undefined)
fi

# The library, and what is the plugins' own but no plugin.
mapfile -t sources < <(find lib plugins -name '*.c' ! -name 'check_*.c' | sort)
objects=()
for source in "${sources[@]}"; do
	object=$build/lib/${source//\//_}.o
	objects+=("$object")
	if [ ! "$object" -nt "$source" ]; then
		"$cc" "${cflags[@]}" "${own[@]}" -c -o "$object" "$source"
	fi
done

failed=0
for target in "${targets[@]}"; do
	"$cc" "${cflags[@]}" "${link[@]}" -Itests/fuzz -o "$build/$target" \
		"tests/fuzz/$target.c" "${objects[@]}" "${libs[@]}"
	echo "== $target"
	seeds=tests/fuzz/corpus/$target
	if [ "$plain" ]; then
		"$build/$target" "$seeds"/* || failed=1
	else
		found=${FUZZ_CORPUS:-$build/found}/$target
		mkdir -p "$found"
		"$build/$target" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 \
			-max_len=16384 -verbosity=0 -print_final_stats=1 \
			-artifact_prefix="$build/$target-" "$found" "$seeds" || failed=1
	fi
done
exit $failed

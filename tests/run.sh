#!/bin/sh
# Runs the quick tests of a build and adds up what they count:
#   tests/run.sh [PART...]     unit simulator runner cases house docs generated translations
# BUILDDIR is the build tree (default: the current directory). The last line is
# "N passed, N failed"; the exit code is 1 if anything failed.
set -u
src=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "${BUILDDIR:-.}" && pwd)
logs=$build/tests/logs
python=${PYTHON3:-python3}
export PYTHONDONTWRITEBYTECODE=1
mkdir -p "$logs"
[ $# -gt 0 ] || set -- unit simulator runner cases house docs generated translations

run_unit() {
	(cd "$build" && TEST_DATA=$src/tests/data tests/unit/unit)
}

run_runner() {
	"$python" "$src/tests/runner/selftest.py"
}

run_simulator() {
	"$python" "$src/tests/simulator/selftest.py" "$build/tests/simulator/cloudsim"
}

run_cases() {
	PLUGINS=$build/plugins TRANSLATED=$build/tests/translated \
		SIMULATOR=$build/tests/simulator/cloudsim "$src/tests/run-cases"
}

run_house() {
	"$python" "$src/tests/house.py"
}

run_docs() {
	"$python" "$src/tests/docs.py" "$build/plugins"
}

run_translations() {
	"$python" "$src/tests/translations.py"
}

# What is made from the option tables must be what they would make now.
run_generated() {
	"$python" "$src/contrib/generate" --check "$build/plugins"
	engines=$?
	"$python" "$src/docs/man/generate" --check "$build/plugins"
	pages=$?
	"$python" "$src/contrib/completion/generate" --check "$build/plugins"
	completion=$?
	for made in "$engines configurations" "$pages pages" "$completion completion"; do
		if [ "${made%% *}" -eq 0 ]; then good=ok; else good='not ok'; fi
		echo "$good - ${made#* } are what the option tables make"
	done
	[ "$engines$pages$completion" = 000 ]
}

# "PASSED FAILED" of a log: the tests' own closing line, Check's, or ok and not ok lines.
count() {
	awk '
		/^[0-9]+ passed, [0-9]+ failed/ { passed += $1; failed += $3; told = 1 }
		/^[0-9]+%: Checks: / {
			gsub(",", ""); passed += $3 - $5 - $7; failed += $5 + $7; told = 1 }
		/^Ran [0-9]+ tests? in / { passed += $2; told = 1 } # of unittest, whose failures are its exit code
		/^ok - / { ok++ }
		/^not ok - / { not_ok++ }
		END { if (!told) { passed = ok; failed = not_ok }
		      printf "%d %d\n", passed, failed }' "$1"
}

passed=0
failed=0
for part in "$@"; do
	log=$logs/$part.log
	"run_$part" >"$log" 2>&1 </dev/null
	code=$?
	counts=$(count "$log")
	good=${counts% *}
	bad=${counts#* }
	# A part that ended badly, or that counted nothing, has failed whatever it said.
	if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
	if [ "$good" -eq 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
	echo "$part: $good passed, $bad failed"
	skipped=$(grep -c '^skip ' "$log")
	if [ "$skipped" -ne 0 ]; then
		echo "  $skipped skipped, such as: $(grep -m 1 '^skip ' "$log")"
	fi
	if [ "$bad" -ne 0 ]; then
		grep -v -e '^ok - ' -e ':P:' "$log" | tail -n 150 | sed 's/^/  | /'
		echo "  (exit code $code, the whole in $log)"
	fi
	passed=$((passed + good))
	failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

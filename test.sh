#!/usr/bin/env bash
# Builds everything with warnings as errors, checks the formatting, runs every test project, boot tests included.
# Left out: tests of the category Long, which take minutes (dotnet test tests/KernelMem.Tests -c Release --filter TestCategory=Long).
# The last line is: N passed, N failed. Exit code 0 means that all of it held.
set -u
cd "$(dirname "$0")"
. eng/prepare.sh

require_dotnet
require_package as binutils
require_linker
require_package qemu-system-x86_64 qemu-system-x86

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
passed=0 failed=0
fail() { echo "FAILED: $1" >&2; failed=$((failed + 1)); }
finish() {
    echo "$passed passed, $failed failed"
    [ $failed -eq 0 ]
    exit $?
}

echo "== build"
dotnet build KernelMem.sln -c Release --nologo -v quiet || { fail "build"; finish; }

echo "== formatting"
dotnet format whitespace KernelMem.sln --no-restore --verify-no-changes || fail "formatting (run: dotnet format whitespace)"

# count NAME: a number in the <Counters> of a results file; 0 if it is not there.
count() {
    local number
    number=$(echo "$counters" | sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p")
    echo "${number:-0}"
}

for project in tests/*.Tests/*.csproj; do
    name=$(basename "$project" .csproj)
    echo "== $name"
    status=0
    dotnet test "$project" -c Release --no-build --nologo -v quiet --filter "TestCategory!=Long" --results-directory "$results" --logger "trx;LogFileName=$name.trx" || status=$?
    counters=$(grep -o '<Counters [^>]*>' "$results/$name.trx" 2>/dev/null) || counters=""
    if [ -z "$counters" ]; then
        fail "$name wrote no results (dotnet test: $status)"
        continue
    fi
    total=$(count total) project_passed=$(count passed)
    not_passed=$((total - project_passed))
    passed=$((passed + project_passed))
    failed=$((failed + not_passed))
    [ "$total" -gt 0 ] || fail "$name has no tests"
    grep -o '<UnitTestResult [^>]*outcome="Failed"' "$results/$name.trx" | sed 's/.*testName="\([^"]*\)".*/FAILED: \1/' >&2
    # A run can break off with no test having failed.
    if [ $not_passed -eq 0 ]; then
        [ $status -eq 0 ] || fail "$name: dotnet test ended with $status though no test failed"
        grep -q '<ResultSummary outcome="Completed"' "$results/$name.trx" || fail "$name: the run was not completed"
    fi
done
finish

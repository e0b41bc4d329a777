#!/usr/bin/env bash
# Builds everything with warnings as errors, checks the formatting, runs every test project, boot tests included.
# The last line is: N passed, N failed. Exit code 0 means that all of it held.
set -u
cd "$(dirname "$0")"
. eng/prepare.sh

require_dotnet
require_package as binutils
require_package ld.lld lld
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

for project in tests/*.Tests/*.csproj; do
    name=$(basename "$project" .csproj)
    echo "== $name"
    dotnet test "$project" -c Release --no-build --nologo -v quiet --results-directory "$results" --logger "trx;LogFileName=$name.trx" || true
    if [ ! -f "$results/$name.trx" ]; then
        fail "$name wrote no results"
        continue
    fi
    counters=$(grep -o '<Counters [^>]*>' "$results/$name.trx")
    count() { echo "$counters" | sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p"; }
    passed=$((passed + $(count passed)))
    not_passed=$(($(count total) - $(count passed)))
    failed=$((failed + not_passed))
    [ "$(count total)" -gt 0 ] || fail "$name has no tests"
done
finish

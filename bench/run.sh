#!/usr/bin/env bash
# Builds the benchmarks and runs them, compiled by ILC and by the JIT. Tables go to the standard output, as Markdown.
# ./bench/run.sh [frames | pages] [--quick]: one of the two; fewer samples, and 1 GiB only. Other options go to the programs as they are (see
# README.md); most are for one of the two.
# Exit code 0 when every allocator's books held and every page was right; whether the targets are met is in the tables.
set -eu
cd "$(dirname "$0")/.."
. eng/prepare.sh

benches="FrameBench PageBench"
case ${1-} in
    frames) benches=FrameBench; shift ;;
    pages) benches=PageBench; shift ;;
esac

require_dotnet
require_package as binutils
require_linker

log=$(mktemp)
trap 'rm -f "$log"' EXIT
for bench in $benches; do
    for program in "$bench.Linux" "$bench.Jit"; do
        echo "Building $program ..." >&2
        if ! dotnet build "bench/$program" -c Release --nologo -v quiet >"$log" 2>&1; then
            cat "$log" >&2
            echo "run.sh: $program does not build" >&2
            exit 1
        fi
    done
done

# run BENCHMARK OPTION...: both programs, one after the other.
run() {
    bench=$1
    shift
    echo "Measuring $bench, compiled by ILC ..." >&2
    "bench/$bench.Linux/bin/Release/net10.0/$bench.Linux.elf" "$@"
    echo
    echo "Measuring $bench, compiled by the JIT ..." >&2
    dotnet "bench/$bench.Jit/bin/Release/net10.0/$bench.Jit.dll" "$@"
    echo
}

for bench in $benches; do
    run "$bench" "$@"
    case "$bench $* " in
        PageBench* | *" --quick "* | *" --8gib "* | *" --smoke "* | *" --verify"*) ;;
        *) run "$bench" --8gib "$@" ;;
    esac
done

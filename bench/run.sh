#!/usr/bin/env bash
# Builds the frame benchmark and runs it, compiled by ILC and by the JIT. Tables go to the standard output, as Markdown.
# ./bench/run.sh [--quick]: fewer samples, and 1 GiB only. Other options go to the programs as they are (see README.md).
# Exit code 0 when every allocator's books held; whether the targets are met is in the tables.
set -eu
cd "$(dirname "$0")/.."
. eng/prepare.sh

require_dotnet
require_package as binutils
require_linker

log=$(mktemp)
trap 'rm -f "$log"' EXIT
for program in FrameBench.Linux FrameBench.Jit; do
    echo "Building $program ..." >&2
    if ! dotnet build "bench/$program" -c Release --nologo -v quiet >"$log" 2>&1; then
        cat "$log" >&2
        echo "run.sh: $program does not build" >&2
        exit 1
    fi
done

# run OPTION...: both programs, one after the other.
run() {
    echo "Measuring, compiled by ILC ..." >&2
    bench/FrameBench.Linux/bin/Release/net10.0/FrameBench.Linux.elf "$@"
    echo
    echo "Measuring, compiled by the JIT ..." >&2
    dotnet bench/FrameBench.Jit/bin/Release/net10.0/FrameBench.Jit.dll "$@"
    echo
}

run "$@"
case " $* " in
    *" --quick "* | *" --8gib "* | *" --smoke "* | *" --verify"*) ;;
    *) run --8gib "$@" ;;
esac

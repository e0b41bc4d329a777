#!/usr/bin/env bash
# The main job, from a fresh clone: installs what is missing, builds, boots the sample kernel, prints its report.
# Arguments go to the boot script: ./run.sh --memory 8G --cpus 1 --uefi --append no5lvl (see ./run.sh --help).
# Where QEMU is missing and cannot be installed, it says so, and runs the kernel's memory scenario on the simulated machine.
# Exit code: 0 when all checks pass; otherwise the boot script's, or the simulated kernel's.
set -eu
cd "$(dirname "$0")"
[ "${1:-}" = --help ] && exec src/KernelMem.Sdk/boot.sh --help
. eng/prepare.sh

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# build PROJECT WHAT
build() {
    echo "Building $2 ..." >&2
    if ! dotnet build "$1" -c Release --nologo -v quiet >"$log" 2>&1; then
        cat "$log" >&2
        echo "run.sh: $2 does not build" >&2
        exit 1
    fi
}

require_dotnet
if ! try_package qemu-system-x86_64 qemu-system-x86; then
    echo "NO QEMU: it is missing and could not be installed (on Debian: apt-get install qemu-system-x86)." >&2
    echo "Nothing is booted. The same memory scenario runs on the simulated machine instead." >&2
    [ $# -eq 0 ] || echo "The machine's options do not apply to it: $*" >&2
    build samples/SimulatedKernel/SimulatedKernel.csproj "the simulated kernel"
    dotnet samples/SimulatedKernel/bin/Release/net10.0/SimulatedKernel.dll
    exit $?
fi

require_package as binutils
require_linker
case " $* " in *" --uefi "*) try_uefi || true ;; esac # the boot script says what is missing
build samples/BootKernel/BootKernel.csproj "the sample kernel"
src/KernelMem.Sdk/boot.sh --image samples/BootKernel/bin/Release/net10.0/BootKernel.elf --cpus 2 --memory 1G "$@"

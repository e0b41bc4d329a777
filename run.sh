#!/usr/bin/env bash
# The main job, from a fresh clone: installs what is missing, builds, boots the sample kernel, prints its report.
# Arguments go to the boot script: ./run.sh --memory 8G --cpus 1 --multiboot --append no5lvl (see ./run.sh --help).
# Exit code: 0 when the kernel's checks all pass; otherwise the boot script's.
set -eu
cd "$(dirname "$0")"
[ "${1:-}" = --help ] && exec src/KernelMem.Sdk/boot.sh --help
. eng/prepare.sh

require_dotnet
require_package as binutils
require_linker
require_package qemu-system-x86_64 qemu-system-x86

log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "Building the sample kernel ..." >&2
if ! dotnet build samples/BootKernel/BootKernel.csproj -c Release --nologo -v quiet >"$log" 2>&1; then
    cat "$log" >&2
    echo "run.sh: the sample kernel does not build" >&2
    exit 1
fi
src/KernelMem.Sdk/boot.sh --image samples/BootKernel/bin/Release/net10.0/BootKernel.elf --cpus 2 "$@"

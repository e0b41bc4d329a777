#!/usr/bin/env bash
# The main job, from a fresh clone: installs what is missing, builds, boots the sample kernel, prints its report.
# Arguments go to the boot script: ./run.sh --memory 8G --cpus 1 --multiboot --append no5lvl (see ./run.sh --help).
# Exit code: 0 when the kernel's checks all pass; otherwise the boot script's.
set -eu
cd "$(dirname "$0")"
. eng/prepare.sh

require_dotnet
require_package as binutils
require_package ld.lld lld
require_package qemu-system-x86_64 qemu-system-x86

[ "${1:-}" = --help ] && exec src/KernelMem.Sdk/boot.sh --help

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! dotnet build samples/BootKernel/BootKernel.csproj -c Release --nologo -v quiet >"$log" 2>&1; then
    cat "$log" >&2
    echo "run.sh: the sample kernel does not build" >&2
    exit 1
fi
src/KernelMem.Sdk/boot.sh --image samples/BootKernel/bin/Release/net10.0/BootKernel.elf --cpus 2 "$@"

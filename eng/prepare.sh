# Sourced by run.sh and test.sh: makes sure that what they need is there, or says clearly what is not.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# Build nodes that outlive a build would keep an old version of our own tasks and generators loaded.
export MSBUILDDISABLENODEREUSE=1

require_dotnet() {
    if ! command -v dotnet >/dev/null; then
        echo "The .NET 10 SDK is missing: https://dotnet.microsoft.com/download" >&2
        exit 69
    fi
    if ! dotnet --version >/dev/null 2>&1; then
        dotnet --version >&2 || true
        echo "The .NET SDK that global.json asks for is missing: https://dotnet.microsoft.com/download" >&2
        exit 69
    fi
}

# The names by which the kernel SDK finds its linker (see KernelMem.Sdk.targets).
require_linker() { require_package "ld.lld ld.lld-19 ld.lld-16 ld.lld-14" lld; }

# What boot.sh --uefi needs beside QEMU: GRUB and its modules for UEFI, and the firmware. Fails if something is missing and cannot be installed.
try_uefi() {
    try_package grub-mkstandalone grub-common \
        && try_package /usr/lib/grub/x86_64-efi/multiboot2.mod grub-efi-amd64-bin \
        && try_package "$(echo /usr/share/OVMF/OVMF_CODE{_4M,}.fd /usr/share/edk2/{x64/OVMF_CODE.4m,x64/OVMF_CODE,ovmf/OVMF_CODE}.fd)" ovmf
}

# has_any "NAME NAME ...": whether a program is there, by any of its names, or a file by its path.
has_any() {
    local name
    for name in $1; do
        case "$name" in
            /*) [ -f "$name" ] && return 0 ;;
            *) command -v "$name" >/dev/null && return 0 ;;
        esac
    done
    return 1
}

# try_package "PROGRAM ..." PACKAGE: installs a Debian package unless the program is there, by any of its names. Fails if that fails.
try_package() {
    has_any "$1" && return 0
    echo "Installing $2 (for ${1%% *}) ..." >&2
    local sudo=
    if [ "$(id -u)" -ne 0 ]; then sudo=sudo; fi
    if command -v apt-get >/dev/null && { [ -z "$sudo" ] || command -v sudo >/dev/null; }; then
        if [ -z "${apt_updated:-}" ]; then $sudo apt-get update -qq >/dev/null || true; apt_updated=1; fi
        DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "$2" >/dev/null || true
    fi
    has_any "$1"
}

# require_package "PROGRAM ..." PACKAGE: the same, and ends the script if it fails.
require_package() {
    try_package "$1" "$2" && return 0
    echo "MISSING: ${1%% *}. It could not be installed; on Debian: apt-get install $2" >&2
    exit 69
}

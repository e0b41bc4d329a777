#!/usr/bin/env bash
# Boots a kernel image in QEMU and ends with the kernel's own exit code (see KernelMem.Machine.ExitCode), or with
#   64 wrong use   65 QEMU is missing   66 QEMU itself failed, or the machine reset   124 the kernel did not end in time
set -u

usage() {
    cat <<'EOF'
boot.sh --image FILE [options]
  --image FILE       the PVH image (NAME.elf)
  --multiboot        boot NAME.multiboot.elf beside it instead
  --uefi             boot through UEFI firmware (OVMF) and GRUB: NAME.elf by Multiboot 2; with --multiboot, by Multiboot 1
  --memory SIZE      memory of the machine: 64M ... 8G            (256M)
  --cpus N           number of CPUs                                (1)
  --cpu MODEL        QEMU's CPU model                              (max)
  --append TEXT      the kernel's command line                     (empty)
  --timeout SECONDS  how long the kernel may run                   (60)
  --monitor FILE     a Unix socket on which QEMU listens for its machine protocol (QMP)
  --screenshot FILE  a picture of the screen (PNG), taken when the kernel falls silent; the exit code is not the kernel's then
EOF
}

image="" multiboot=0 uefi=0 memory=256M cpus=1 cpu=max append="" seconds=60 monitor="" screenshot=""
while [ $# -gt 0 ]; do
    case "$1" in
        --multiboot) multiboot=1; shift; continue ;;
        --uefi) uefi=1; shift; continue ;;
        --help) usage; exit 0 ;;
        --image | --memory | --cpus | --cpu | --append | --timeout | --monitor | --screenshot) ;;
        *) echo "boot.sh: unknown option '$1'" >&2; usage >&2; exit 64 ;;
    esac
    [ $# -ge 2 ] || { echo "boot.sh: $1 needs a value" >&2; exit 64; }
    case "$1" in
        --image) image=$2 ;;
        --memory) memory=$2 ;;
        --cpus) cpus=$2 ;;
        --cpu) cpu=$2 ;;
        --append) append=$2 ;;
        --timeout) seconds=$2 ;;
        --monitor) monitor=$2 ;;
        --screenshot) screenshot=$2 ;;
    esac
    shift 2
done
[ -n "$image" ] || { usage >&2; exit 64; }
[ $multiboot = 0 ] || image="${image%.elf}.multiboot.elf"
[ -f "$image" ] || { echo "boot.sh: there is no image '$image'" >&2; exit 64; }
if ! command -v qemu-system-x86_64 >/dev/null; then
    echo "boot.sh: qemu-system-x86_64 is missing. On Debian: apt-get install qemu-system-x86" >&2
    exit 65
fi

machine=(-machine q35 -cpu "$cpu" -m "$memory" -smp "$cpus" -display none -no-reboot)
if [ $uefi = 1 ]; then
    # The firmware starts GRUB as an EFI application, GRUB has the kernel inside and hands it over with UEFI's memory map.
    if ! command -v grub-mkstandalone >/dev/null || [ ! -f /usr/lib/grub/x86_64-efi/multiboot2.mod ]; then
        echo "boot.sh: GRUB for UEFI is missing. On Debian: apt-get install grub-common grub-efi-amd64-bin" >&2
        exit 65
    fi
    firmware=""
    for file in /usr/share/OVMF/OVMF_CODE{_4M,}.fd /usr/share/edk2/x64/OVMF_CODE{.4m,}.fd /usr/share/edk2/ovmf/OVMF_CODE.fd; do
        [ -f "$file" ] && { firmware=$file; break; }
    done
    [ -n "$firmware" ] || { echo "boot.sh: UEFI firmware for QEMU is missing. On Debian: apt-get install ovmf" >&2; exit 65; }
    if [[ $append == *\'* ]]; then echo "boot.sh: GRUB's command line cannot have a quote: $append" >&2; exit 64; fi
    loader=$(mktemp -d)
    trap 'rm -rf "$loader"' EXIT
    # Each word is quoted by itself: of a quoted line GRUB would make one argument, with quotes around it.
    read -ra words <<<"$append"
    { [ $multiboot = 0 ] && printf multiboot2 || printf multiboot; printf " /boot/kernel.elf"; printf " '%s'" "${words[@]}"; printf "\nboot\n"; } >"$loader/grub.cfg"
    if ! grub-mkstandalone -O x86_64-efi -o "$loader/boot.efi" --modules="multiboot multiboot2" --install-modules="multiboot multiboot2 normal memdisk tar" \
        --locales= --themes= --fonts= "boot/grub/grub.cfg=$loader/grub.cfg" "boot/kernel.elf=$image" 2>"$loader/log"; then
        cat "$loader/log" >&2
        echo "boot.sh: GRUB could not be made" >&2
        exit 66
    fi
    machine+=(-drive "if=pflash,format=raw,readonly=on,file=$firmware" -kernel "$loader/boot.efi" -nic none)
else
    machine+=(-kernel "$image" -append "$append")
fi
[ -z "$monitor" ] || machine+=(-qmp "unix:$monitor,server=on,wait=off")
exit_device=(-device isa-debug-exit,iobase=0xf4,iosize=4)

if [ -n "$screenshot" ]; then
    # Writing the exit device is a kernel's last act, and the picture is taken after it: so there is no such device here, the
    # kernel stops its CPUs instead, and its serial line falls silent.
    log=$(mktemp)
    {
        size=-1
        for ((tenths = 0; tenths < seconds * 10; tenths++)); do
            sleep 0.1
            # silent for a second, having said something
            if [ -s "$log" ] && [ "$(stat -c %s "$log")" = "$size" ]; then silent=$((silent + 1)); else silent=0; fi
            size=$(stat -c %s "$log")
            [ $silent -ge 10 ] && break
        done
        echo "screendump $screenshot -f png"
        echo quit
    } | timeout --foreground $((seconds + 10)) qemu-system-x86_64 "${machine[@]}" -serial file:"$log" -monitor stdio >/dev/null
    status=$?
    cat "$log"
    rm -f "$log"
    [ $status -eq 0 ] && [ -s "$screenshot" ] && exit 0
    echo "boot.sh: QEMU took no picture (status $status)" >&2
    exit 66
fi

# --foreground: QEMU sets up the terminal, and a process in the background that does so is stopped.
timeout --foreground "$seconds" qemu-system-x86_64 "${machine[@]}" "${exit_device[@]}" -serial stdio -monitor none
status=$?

[ $status -eq 124 ] && { echo "boot.sh: the kernel did not end within $seconds seconds" >&2; exit 124; }
# isa-debug-exit: status = 2 * value + 1, and kernels use values from 0x10 to 0x2f: exit codes 0 to 31. Other statuses are not
# a kernel's: 1 is QEMU's own, 125 and more are timeout's and those of signals.
if [ $status -ge 33 ] && [ $status -le 95 ] && [ $((status % 2)) -eq 1 ]; then
    exit $(((status - 33) / 2))
fi
[ $status -eq 0 ] && { echo "boot.sh: the machine reset (triple fault)" >&2; exit 66; }
echo "boot.sh: QEMU failed (status $status)" >&2
exit 66

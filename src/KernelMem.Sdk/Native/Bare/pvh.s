# The ELF note by which a PVH loader (QEMU -kernel, Xen, Firecracker) finds the 32-bit entry point.
# Source: Xen docs/misc/pvh.pandoc; XEN_ELFNOTE_PHYS32_ENTRY = 18.

        .include "kernel.inc"

        .section .note.Xen, "a", @note
        .balign 4
        .long   4, 8, 18
        .asciz  "Xen"
        .quad   boot_entry - KERNEL_BASE

        .section .note.GNU-stack, "", @progbits

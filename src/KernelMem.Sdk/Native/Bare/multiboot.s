# The Multiboot 1 header. It is linked into the ELF32 image only: a loader that finds it in an ELF64 file refuses the file.
# Source: Multiboot Specification 0.6.96, section 3.1.

        .set    MULTIBOOT_HEADER_MAGIC, 0x1BADB002
        .set    MULTIBOOT_PAGE_ALIGN, 1 << 0
        .set    MULTIBOOT_MEMORY_INFO, 1 << 1
        .set    MULTIBOOT_FLAGS, MULTIBOOT_PAGE_ALIGN | MULTIBOOT_MEMORY_INFO

        .section .multiboot, "a", @progbits
        .balign 4
        .long   MULTIBOOT_HEADER_MAGIC
        .long   MULTIBOOT_FLAGS
        .long   -(MULTIBOOT_HEADER_MAGIC + MULTIBOOT_FLAGS)

        .section .note.GNU-stack, "", @progbits

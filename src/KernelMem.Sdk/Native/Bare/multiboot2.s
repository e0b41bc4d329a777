# The Multiboot 2 header, in every image: a loader looks for it in the first 32 KiB of the file, on an 8-byte boundary.
# Source: Multiboot2 Specification 2.0, section 3.1.

        .set    MULTIBOOT2_HEADER_MAGIC, 0xE85250D6
        .set    MULTIBOOT2_I386, 0              # 32-bit protected mode, with paging off
        .set    MULTIBOOT2_TAG_END, 0
        .set    MULTIBOOT2_TAG_MODULE_ALIGN, 6

        .section .multiboot, "a", @progbits
        .balign 8
multiboot2_header:
        .long   MULTIBOOT2_HEADER_MAGIC
        .long   MULTIBOOT2_I386
        .long   multiboot2_header_end - multiboot2_header
        .long   -(MULTIBOOT2_HEADER_MAGIC + MULTIBOOT2_I386 + (multiboot2_header_end - multiboot2_header))

        .short  MULTIBOOT2_TAG_MODULE_ALIGN, 0  # modules begin on a page
        .long   8

        .short  MULTIBOOT2_TAG_END, 0
        .long   8
multiboot2_header_end:

        .section .note.GNU-stack, "", @progbits

# From the loader (32-bit protected mode, paging off) to kernel_main in long mode.
#
# In:   EAX = 0x2BADB002 and EBX = multiboot_info (Multiboot 1), EAX = 0x36D76289 and EBX = the information structure (Multiboot 2),
#       or EBX = hvm_start_info (PVH).
# Out:  kernel_main(protocol, physical address of the info structure) on the boot stack, interrupts off, with temporary
#       tables that map physical 0..4 GiB at 0, at 0xFFFF800000000000 (direct map) and, its first GiB, at KERNEL_BASE.
#
# CR4.LA57 cannot change in long mode, so it is chosen here: on where CPUID has it, unless the command line says "no5lvl".

        .include "kernel.inc"
        .set    BOOT_STACK_SIZE, 64 * 1024

        .section .boot.text, "ax", @progbits
        .code32

        .globl  boot_entry
boot_entry:
        cli
        cld
        movl    $(boot_stack_top - KERNEL_BASE), %esp
        movl    %ebx, %esi                      # ESI = info structure
        movl    $PROTOCOL_PVH, %ebp             # EBP = protocol
        cmpl    $MULTIBOOT_BOOTLOADER_MAGIC, %eax
        jne     1f
        movl    $PROTOCOL_MULTIBOOT, %ebp
1:      cmpl    $MULTIBOOT2_BOOTLOADER_MAGIC, %eax
        jne     2f
        movl    $PROTOCOL_MULTIBOOT2, %ebp
2:
        # The image's .bss is zero by the loader's promise; the page tables are cleared all the same.
        movl    $(boot_tables - KERNEL_BASE), %edi
        movl    $(boot_tables_size / 4), %ecx
        xorl    %eax, %eax
        rep stosl

        call    require_long_mode
        call    build_boot_tables
        call    choose_5_level                  # sets boot_cr4 and boot_cr3
        call    choose_efer                     # sets boot_efer

        # Intel SDM Vol. 3A, "Initializing IA-32e Mode": PAE, CR3, EFER.LME, then paging.
        movl    boot_cr4 - KERNEL_BASE, %eax
        movl    %eax, %cr4
        movl    boot_cr3 - KERNEL_BASE, %eax
        movl    %eax, %cr3
        movl    $MSR_EFER, %ecx
        rdmsr
        orl     boot_efer - KERNEL_BASE, %eax
        wrmsr
        movl    %cr0, %eax
        andl    $~(CR0_EM | CR0_TS | CR0_NW | CR0_CD), %eax
        orl     $(CR0_PG | CR0_WP | CR0_NE | CR0_MP | CR0_PE), %eax
        movl    %eax, %cr0
        lgdt    boot_gdt_pointer32 - KERNEL_BASE
        ljmp    $CODE_SELECTOR, $(enter_64 - KERNEL_BASE)

# Without long mode there is nothing to run: say so on the serial line and stop.
require_long_mode:
        movl    $0x80000000, %eax
        cpuid
        cmpl    $0x80000001, %eax
        jb      2f
        movl    $0x80000001, %eax
        cpuid
        testl   $(1 << 29), %edx
        jz      2f
        ret
2:      movl    $(no_long_mode - KERNEL_BASE), %edi
3:      movb    (%edi), %al
        testb   %al, %al
        jz      4f
        movw    $0x3F8, %dx
        outb    %al, %dx
        incl    %edi
        jmp     3b
4:      hlt
        jmp     4b

# PML5[0] and PML5[511] -> PML4, so that every 48-bit address means the same under 4 and 5 levels.
build_boot_tables:
        movl    $(boot_pml4 - KERNEL_BASE + 3), %eax
        movl    %eax, boot_pml5 - KERNEL_BASE
        movl    %eax, boot_pml5 - KERNEL_BASE + 511 * 8
        movl    $(boot_pdpt - KERNEL_BASE + 3), %eax
        movl    %eax, boot_pml4 - KERNEL_BASE
        movl    %eax, boot_pml4 - KERNEL_BASE + 256 * 8
        movl    $(boot_kernel_pdpt - KERNEL_BASE + 3), %eax
        movl    %eax, boot_pml4 - KERNEL_BASE + 511 * 8
        movl    $(boot_pd - KERNEL_BASE + 3), %eax
        movl    %eax, boot_kernel_pdpt - KERNEL_BASE + 510 * 8
        movl    $(boot_pdpt - KERNEL_BASE), %edi
        movl    $4, %ecx
5:      movl    %eax, (%edi)
        addl    $4096, %eax
        addl    $8, %edi
        loop    5b
        movl    $(boot_pd - KERNEL_BASE), %edi
        movl    $0x83, %eax                     # present, writable, 2 MiB
        movl    $2048, %ecx
6:      movl    %eax, (%edi)
        addl    $0x200000, %eax
        addl    $8, %edi
        loop    6b
        ret

choose_5_level:
        movl    $(CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT), boot_cr4 - KERNEL_BASE
        movl    $(boot_pml4 - KERNEL_BASE), boot_cr3 - KERNEL_BASE
        xorl    %eax, %eax
        cpuid
        cmpl    $7, %eax
        jb      7f
        movl    $7, %eax
        xorl    %ecx, %ecx
        cpuid
        testl   $(1 << 16), %ecx                # CPUID.(7,0):ECX.LA57
        jz      7f
        call    has_no5lvl
        jc      7f
        orl     $CR4_LA57, boot_cr4 - KERNEL_BASE
        movl    $(boot_pml5 - KERNEL_BASE), boot_cr3 - KERNEL_BASE
7:      ret

choose_efer:
        movl    $EFER_LME, boot_efer - KERNEL_BASE
        movl    $0x80000001, %eax
        cpuid
        testl   $(1 << 20), %edx                # NX
        jz      8f
        orl     $EFER_NXE, boot_efer - KERNEL_BASE
8:      ret

# Carry set when the command line holds the word "no5lvl".
has_no5lvl:
        cmpl    $PROTOCOL_MULTIBOOT, %ebp
        je      1f
        cmpl    $PROTOCOL_MULTIBOOT2, %ebp
        je      5f
        movl    24(%esi), %edi                  # hvm_start_info.cmdline_paddr
        cmpl    $0, 28(%esi)
        jne     9f                              # above 4 GiB: out of reach here
        jmp     2f
1:      testl   $(1 << 2), (%esi)               # multiboot_info.flags: cmdline is valid
        jz      9f
        movl    16(%esi), %edi
2:      testl   %edi, %edi
        jz      9f
        movl    $4096, %ecx                     # no longer command line is looked at
        movb    $' ', %dl                       # what stood before the word: a word starts after a space
3:      cmpb    $0, (%edi)
        je      9f
        cmpb    $' ', %dl
        jne     4f
        cmpl    $0x6C356F6E, (%edi)             # "no5l"
        jne     4f
        cmpw    $0x6C76, 4(%edi)                # "vl"
        jne     4f
        movb    6(%edi), %al
        testb   %al, %al
        jz      8f
        cmpb    $' ', %al
        je      8f
4:      movb    (%edi), %dl
        incl    %edi
        loop    3b
9:      clc
        ret
8:      stc
        ret

5:      movl    (%esi), %ecx                    # Multiboot 2: total_size; the first tag is 8 bytes further on
        addl    %esi, %ecx
        jc      9b
        leal    8(%esi), %edi
6:      leal    8(%edi), %eax                   # a tag's type, size, content
        cmpl    %ecx, %eax
        ja      9b
        cmpl    $0, (%edi)                      # the end tag
        je      9b
        cmpl    $1, (%edi)                      # the command line
        je      7f
        movl    4(%edi), %eax
        cmpl    $8, %eax
        jb      9b
        addl    $7, %eax
        jc      9b
        andl    $~7, %eax
        addl    %eax, %edi
        jc      9b
        jmp     6b
7:      addl    $8, %edi
        jmp     2b

        .code64
enter_64:
        movw    $DATA_SELECTOR, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        xorl    %eax, %eax
        movw    %ax, %fs
        movw    %ax, %gs
        movabsq $enter_kernel_window, %rax
        jmp     *%rax

no_long_mode:
        .asciz  "KernelMem: this processor has no 64-bit mode.\r\n"

        .text
enter_kernel_window:
        lgdt    boot_gdt_pointer64(%rip)
        leaq    boot_stack_top(%rip), %rsp
        movl    %ebp, %r12d                     # protocol
        movl    %esi, %r13d                     # info structure
        xorl    %ebp, %ebp
        xorl    %edi, %edi                      # CPU 0
        call    cpu_start
        movl    %r12d, %edi
        movl    %r13d, %esi
        call    kernel_main
1:      cli
        hlt
        jmp     1b

FUNCTION cpu_boot_cr4                           # the features the boot CPU had when it entered long mode
        movq    boot_cr4(%rip), %rax
        ret
FUNCTION cpu_boot_efer
        movq    boot_efer(%rip), %rax
        ret

        .section .rodata
        .balign 8
boot_gdt:
        .quad   0
        .quad   0x00AF9B000000FFFF              # 64-bit code, ring 0
        .quad   0x00CF93000000FFFF              # data, ring 0
boot_gdt_end:
        .globl  boot_gdt_pointer64
boot_gdt_pointer64:
        .word   boot_gdt_end - boot_gdt - 1
        .quad   boot_gdt
        .balign 4
boot_gdt_pointer32:
        .word   boot_gdt_end - boot_gdt - 1
        .long   boot_gdt - KERNEL_BASE

        .data
        .balign 8
boot_cr4:   .quad 0
boot_cr3:   .quad 0
boot_efer:  .quad 0

        .bss
        .balign 4096
boot_tables:
boot_pml5:              .skip 4096
boot_pml4:              .skip 4096
boot_pdpt:              .skip 4096
boot_kernel_pdpt:       .skip 4096
boot_pd:                .skip 4 * 4096
        .set    boot_tables_size, . - boot_tables
boot_stack:             .skip BOOT_STACK_SIZE
boot_stack_top:
        .globl  boot_stack, boot_stack_top

        .section .note.GNU-stack, "", @progbits

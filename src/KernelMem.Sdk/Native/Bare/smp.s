# How another CPU comes up: the trampoline, copied to a page below 1 MiB, takes it from 16-bit real mode to long mode.
# KernelMem.Machine.Processors copies it, fills the mailbox behind it and sends INIT-SIPI-SIPI.
# The page must be mapped at its own address while a CPU starts: it is the one identity mapping a kernel keeps.

        .include "kernel.inc"
        .set    TRAMPOLINE, 0x8000              # SIPI vector 8
        .set    MAILBOX, TRAMPOLINE + 0x800
        .set    MAILBOX_CR3, MAILBOX
        .set    MAILBOX_CR4, MAILBOX + 8
        .set    MAILBOX_EFER, MAILBOX + 16
        .set    MAILBOX_STACKS, MAILBOX + 24    # lowest byte of the first stack
        .set    MAILBOX_STACK_SIZE, MAILBOX + 32
        .set    MAILBOX_ENTRY, MAILBOX + 40
        .set    MAILBOX_NEXT, MAILBOX + 48      # index of the CPU that came up last (boot CPU: 0)
        .set    MAILBOX_LIMIT, MAILBOX + 56     # the highest index there is a stack for

        .section .rodata
        .balign 16
trampoline:
        .code16
        cli
        cld
        xorw    %ax, %ax
        movw    %ax, %ds
        lgdtl   (trampoline_gdt_pointer - trampoline + TRAMPOLINE)
        movl    %cr0, %eax
        orl     $CR0_PE, %eax
        movl    %eax, %cr0
        ljmpl   $0x18, $(1f - trampoline + TRAMPOLINE)
        .code32
1:      movw    $0x10, %ax
        movw    %ax, %ds
        movw    %ax, %ss
        movl    MAILBOX_CR4, %eax
        movl    %eax, %cr4
        movl    MAILBOX_CR3, %eax
        movl    %eax, %cr3
        movl    $MSR_EFER, %ecx
        rdmsr
        orl     MAILBOX_EFER, %eax
        wrmsr
        movl    %cr0, %eax
        andl    $~(CR0_EM | CR0_TS | CR0_NW | CR0_CD), %eax
        orl     $(CR0_PG | CR0_WP | CR0_NE | CR0_MP | CR0_PE), %eax
        movl    %eax, %cr0
        ljmp    $CODE_SELECTOR, $(2f - trampoline + TRAMPOLINE)
        .code64
2:      movl    $1, %eax
        lock xaddl %eax, MAILBOX_NEXT
        incl    %eax
        movl    %eax, %ebx                      # this CPU's index, 1 and up
        cmpl    MAILBOX_LIMIT, %eax
        ja      3f
        imulq   MAILBOX_STACK_SIZE, %rax        # stack i-1 ends at stacks + i * size
        addq    MAILBOX_STACKS, %rax
        movq    %rax, %rsp
        jmp     *MAILBOX_ENTRY
3:      cli                                     # more CPUs than stacks: this one stays out
        hlt
        jmp     3b
        .balign 8
trampoline_gdt:
        .quad   0
        .quad   0x00AF9B000000FFFF              # 0x08: 64-bit code
        .quad   0x00CF93000000FFFF              # 0x10: data
        .quad   0x00CF9B000000FFFF              # 0x18: 32-bit code
trampoline_gdt_pointer:
        .word   trampoline_gdt_pointer - trampoline_gdt - 1
        .long   trampoline_gdt - trampoline + TRAMPOLINE
trampoline_end:

        .text
processor_entry:
        lgdt    boot_gdt_pointer64(%rip)
        movw    $DATA_SELECTOR, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        xorl    %eax, %eax
        movw    %ax, %fs
        movw    %ax, %gs
        xorl    %ebp, %ebp
        movl    %ebx, %edi
        call    cpu_start
        movl    %ebx, %edi
        call    kernelmem_processor             # C#: KernelMem.Machine.Processors
        jmp     cpu_stop

FUNCTION cpu_trampoline
        leaq    trampoline_info(%rip), %rax
        ret

        .section .rodata
        .balign 8
trampoline_info:                                # KernelMem.Machine.TrampolineInfo
        .quad   trampoline, trampoline_end, processor_entry

        .section .note.GNU-stack, "", @progbits

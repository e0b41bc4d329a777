# How another CPU comes up: the trampoline, copied to a page below 1 MiB, takes it from 16-bit real mode to long mode and on
# to processor_entry in the kernel window. What it needs lies in startup_parameters, which KernelMem.Machine.SmpBoot fills;
# before paging is on it reads them at their physical address.
#
# The page is pure code: while a CPU starts it must be mapped at its own address, readable and executable, never writable.

        .include "kernel.inc"
        .set    TRAMPOLINE, 0x8000              # SIPI vector 8

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
        movl    startup_cr4 - KERNEL_BASE, %eax
        movl    %eax, %cr4
        movl    startup_cr3 - KERNEL_BASE, %eax
        movl    %eax, %cr3
        movl    $MSR_EFER, %ecx
        rdmsr
        orl     startup_efer - KERNEL_BASE, %eax
        wrmsr
        movl    %cr0, %eax
        andl    $~(CR0_EM | CR0_TS | CR0_NW | CR0_CD), %eax
        orl     $(CR0_PG | CR0_WP | CR0_NE | CR0_MP | CR0_PE), %eax
        movl    %eax, %cr0
        ljmp    $CODE_SELECTOR, $(2f - trampoline + TRAMPOLINE)
        .code64
2:      movabsq $processor_entry, %rax
        jmp     *%rax
        .balign 8
trampoline_gdt:                                 # "accessed" is set, so that the processor need not write here
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
        movq    startup_stack(%rip), %rsp
        movl    startup_index(%rip), %ebx
        xorl    %ebp, %ebp
        movl    %ebx, %edi
        call    cpu_start
        movl    %ebx, %edi
        call    kernelmem_processor             # C#: KernelMem.Machine.SmpBoot
        jmp     cpu_stop

FUNCTION cpu_trampoline                         # KernelMem.Machine.SmpBoot.TrampolineInfo
        leaq    trampoline_info(%rip), %rax
        ret

        .section .rodata
        .balign 8
trampoline_info:
        .quad   trampoline, trampoline_end, startup_parameters

        .data
        .balign 8
startup_parameters:                             # KernelMem.Machine.SmpBoot.StartupParameters
startup_cr3:    .quad 0
startup_cr4:    .quad 0
startup_efer:   .quad 0
startup_stack:  .quad 0
startup_index:  .quad 0

        .section .note.GNU-stack, "", @progbits

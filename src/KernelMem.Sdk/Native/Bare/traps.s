# The 256 interrupt entries. Each pushes an error code where the processor does not, then its vector, and the common part
# saves the general registers as a KernelMem.Machine.TrapFrame and the SIMD state below it: ILC code uses XMM freely.

        .include "kernel.inc"
        .altmacro

        .macro  TRAP_ENTRY vector
        .balign 16
trap_\vector:
        # vectors with an error code: Intel SDM Vol. 3A, table 6-1
        .if !(\vector == 8 || (\vector >= 10 && \vector <= 14) || \vector == 17 || \vector == 21 || \vector == 29 || \vector == 30)
        pushq   $0
        .endif
        pushq   $\vector
        jmp     trap_common
        .endm

        .macro  TRAP_ADDRESS vector
        .quad   trap_\vector
        .endm

        .text
        .set    vector, 0
        .rept   256
        TRAP_ENTRY %vector
        .set    vector, vector + 1
        .endr

        .set    XSAVE_SIZE, 512 + 64 + 256      # legacy area, header, AVX state

trap_common:
        cld
        # An interrupt gate keeps RFLAGS.AC: a trap inside a user copy must not leave user pages open to the handler.
        cmpl    $0, cpu_has_smap(%rip)
        je      3f
        clac
3:      pushq   %rax
        pushq   %rbx
        pushq   %rcx
        pushq   %rdx
        pushq   %rsi
        pushq   %rdi
        pushq   %rbp
        pushq   %r8
        pushq   %r9
        pushq   %r10
        pushq   %r11
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        movq    %cr2, %rax                      # now, for a fault in the handler would overwrite it
        pushq   %rax
        movq    %rsp, %rdi                      # the frame
        movq    %rsp, %rbp
        subq    $XSAVE_SIZE, %rsp
        andq    $-64, %rsp
        cmpl    $0, cpu_saves_avx(%rip)
        je      1f
        xorl    %eax, %eax                      # the XSAVE header must be zero
        .irp    offset, 0, 8, 16, 24, 32, 40, 48, 56
        movq    %rax, 512+\offset(%rsp)
        .endr
        movl    $7, %eax
        xorl    %edx, %edx
        xsave64 (%rsp)
        call    kernelmem_trap
        movl    $7, %eax
        xorl    %edx, %edx
        xrstor64 (%rsp)
        jmp     2f
1:      fxsave64 (%rsp)
        call    kernelmem_trap
        fxrstor64 (%rsp)
2:      movq    %rbp, %rsp
        addq    $8, %rsp                        # CR2
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %r11
        popq    %r10
        popq    %r9
        popq    %r8
        popq    %rbp
        popq    %rdi
        popq    %rsi
        popq    %rdx
        popq    %rcx
        popq    %rbx
        popq    %rax
        addq    $16, %rsp                       # vector and error code
        iretq

FUNCTION cpu_trap_entries                       # address of the table of 256 entry points
        leaq    trap_entries(%rip), %rax
        ret

        .section .rodata
        .balign 8
        .set    vector, 0
trap_entries:
        .rept   256
        TRAP_ADDRESS %vector
        .set    vector, vector + 1
        .endr

        .section .note.GNU-stack, "", @progbits

# What a kernel's cpu_save_interrupts and cpu_restore_interrupts cost, as near as a process can come: CLI and STI fault in it,
# so PUSHFQ and POPFQ stand in their place. POPFQ is dearer than the two together.

        .text
        .globl  bench_save_flags, bench_restore_flags
        .balign 16
bench_save_flags:                               # returns RFLAGS.IF as 0 or 1
        pushfq
        popq    %rax
        shrq    $9, %rax
        andl    $1, %eax
        ret

        .balign 16
bench_restore_flags:                            # (0 or 1)
        testl   %edi, %edi
        jz      1f
        pushfq
        popfq
1:      ret

        .section .note.GNU-stack, "", @progbits

# A freestanding Linux program: from the kernel's entry to program_main(argc, argv), whose result is the exit status. No libc.

        .set    SYS_WRITE, 1
        .set    SYS_CLONE, 56
        .set    SYS_EXIT, 60
        .set    SYS_ARCH_PRCTL, 158
        .set    SYS_EXIT_GROUP, 231
        .set    ARCH_SET_GS, 0x1001
        .set    STDERR, 2
        .set    PANIC_STATUS, 134               # what a shell shows for SIGABRT
        # CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM
        .set    THREAD_FLAGS, 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000
        .set    THREAD_LIMIT, 64
        .set    THREAD_BLOCK_SIZE, 64

        .text
        .globl  _start
_start:
        xorl    %ebp, %ebp
        movq    (%rsp), %r12                    # argc
        leaq    8(%rsp), %r13                   # argv
        andq    $-16, %rsp
        xorl    %edi, %edi
        call    set_thread_index

        # g_cpuFeatures bit 0: SSE3, SSSE3, SSE4.1, SSE4.2 and POPCNT, all of them
        .set    POPCNT_GROUP, (1 << 0) | (1 << 9) | (1 << 19) | (1 << 20) | (1 << 23)
        movl    $1, %eax
        xorl    %ecx, %ecx
        cpuid
        andl    $POPCNT_GROUP, %ecx
        cmpl    $POPCNT_GROUP, %ecx
        jne     1f
        orl     $1, g_cpuFeatures(%rip)
1:      movl    %r12d, %edi
        movq    %r13, %rsi
        call    program_main
        movl    %eax, %edi
        movl    $SYS_EXIT_GROUP, %eax
        syscall
        ud2

# GS base at this thread's block, which starts with its index (EDI).
set_thread_index:
        movl    %edi, %eax
        imulq   $THREAD_BLOCK_SIZE, %rax, %rax
        leaq    thread_blocks(%rip), %rsi
        addq    %rax, %rsi
        movl    %edi, (%rsi)
        movl    $ARCH_SET_GS, %edi
        movl    $SYS_ARCH_PRCTL, %eax
        syscall
        ret

        .globl  linux_current, linux_call, linux_start_thread, linux_time_stamp, kernelmem_panic
        .balign 16
linux_current:                                  # index of this thread: 0 is the first
        movl    %gs:0, %eax
        ret

        .balign 16
linux_call:                                     # (number, six arguments) -> result, or -errno
        movq    %rdi, %rax
        movq    %rsi, %rdi
        movq    %rdx, %rsi
        movq    %rcx, %rdx
        movq    %r8, %r10
        movq    %r9, %r8
        movq    8(%rsp), %r9
        syscall
        ret

        .balign 16
linux_time_stamp:
        rdtsc
        shlq    $32, %rdx
        orq     %rdx, %rax
        ret

        .balign 16
linux_start_thread:                             # (index, entry, top of its stack) -> thread id, or -errno
        cmpl    $THREAD_LIMIT, %edi
        jae     3f
        pushq   %rbx
        pushq   %r12
        movl    %edi, %ebx
        movq    %rsi, %r12
        movq    %rdx, %rsi
        andq    $-16, %rsi
        movl    $THREAD_FLAGS, %edi
        xorl    %edx, %edx
        xorl    %r10d, %r10d
        xorl    %r8d, %r8d
        movl    $SYS_CLONE, %eax
        syscall
        testq   %rax, %rax
        jz      2f
        popq    %r12
        popq    %rbx
        ret
2:      xorl    %ebp, %ebp                      # the new thread
        movl    %ebx, %edi
        call    set_thread_index
        call    *%r12
        xorl    %edi, %edi
        movl    $SYS_EXIT, %eax
        syscall
        ud2
3:      movq    $-22, %rax                      # EINVAL
        ret

        .balign 16
kernelmem_panic:                                # (UTF-16 text, its length): to the error stream, then the end
        movq    %rdi, %r12
        movl    %esi, %r13d
        leaq    panic_prefix(%rip), %rsi
        movl    $panic_prefix_length, %edx
        call    write_error
4:      testl   %r13d, %r13d
        jz      5f
        movq    %r12, %rsi                      # the low byte of each character: messages are ASCII
        movl    $1, %edx
        call    write_error
        addq    $2, %r12
        decl    %r13d
        jmp     4b
5:      leaq    panic_suffix(%rip), %rsi
        movl    $1, %edx
        call    write_error
        movl    $PANIC_STATUS, %edi
        movl    $SYS_EXIT_GROUP, %eax
        syscall
        ud2
write_error:
        movl    $STDERR, %edi
        movl    $SYS_WRITE, %eax
        syscall
        ret

        .section .rodata
panic_prefix:
        .ascii  "PANIC: "
        .set    panic_prefix_length, . - panic_prefix
panic_suffix:
        .ascii  "\n"

        .data
        .balign 4
        .globl  g_cpuFeatures
g_cpuFeatures:  .long 0

        .bss
        .balign 64
thread_blocks:  .skip THREAD_BLOCK_SIZE * THREAD_LIMIT

        .section .note.GNU-stack, "", @progbits

# memmove, memcpy, memset: what the JIT calls for block operations. Forward copies use the fast-string microcode.

        .text
        .globl  memmove, memcpy, memset
        .type   memmove, @function
        .type   memcpy, @function
        .type   memset, @function

        .balign 16
memmove:
memcpy:
        movq    %rdi, %rax
        movq    %rdx, %rcx
        movq    %rdi, %r8
        subq    %rsi, %r8                       # destination - source, unsigned: below the length means overlap upwards
        cmpq    %rdx, %r8
        jb      1f
        rep movsb
        ret
1:      leaq    -1(%rdi, %rcx), %rdi
        leaq    -1(%rsi, %rcx), %rsi
        std
        rep movsb
        cld
        ret

        .balign 16
memset:
        movq    %rdi, %r8
        movl    %esi, %eax
        movq    %rdx, %rcx
        rep stosb
        movq    %r8, %rax
        ret

        .section .note.GNU-stack, "", @progbits

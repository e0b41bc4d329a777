# memmove, memcpy, memset: what the JIT calls for block operations. Most are of a few dozen bytes, structs and spans: those take a few
# moves of 16 bytes, overlapping in the middle where the length is no multiple. Long ones use the fast-string microcode, which takes some
# dozens of cycles to start.

        .text
        .globl  memmove, memcpy, memset
        .type   memmove, @function
        .type   memcpy, @function
        .type   memset, @function

        .set    STRING_BYTES, 2048              # from here on the microcode wins

# Everything that is read is read before anything is written over it: up to 128 bytes all of it, above that the end that a loop reaches last.
        .balign 16
memmove:
memcpy:
        movq    %rdi, %rax
        cmpq    $16, %rdx
        jb      .Lcopy_few
        cmpq    $32, %rdx
        ja      .Lcopy_33
        movups  (%rsi), %xmm0
        movups  -16(%rsi, %rdx), %xmm1
        movups  %xmm0, (%rdi)
        movups  %xmm1, -16(%rdi, %rdx)
        ret
.Lcopy_33:
        cmpq    $64, %rdx
        ja      .Lcopy_65
        movups  (%rsi), %xmm0
        movups  16(%rsi), %xmm1
        movups  -32(%rsi, %rdx), %xmm2
        movups  -16(%rsi, %rdx), %xmm3
        movups  %xmm0, (%rdi)
        movups  %xmm1, 16(%rdi)
        movups  %xmm2, -32(%rdi, %rdx)
        movups  %xmm3, -16(%rdi, %rdx)
        ret
.Lcopy_65:
        movups  -64(%rsi, %rdx), %xmm4          # the end
        movups  -48(%rsi, %rdx), %xmm5
        movups  -32(%rsi, %rdx), %xmm6
        movups  -16(%rsi, %rdx), %xmm7
        movups  (%rsi), %xmm0                   # the beginning
        movups  16(%rsi), %xmm1
        movups  32(%rsi), %xmm2
        movups  48(%rsi), %xmm3
        cmpq    $128, %rdx
        jbe     .Lcopy_both
        movq    %rdi, %r8
        subq    %rsi, %r8                       # destination - source, unsigned: below the length means overlap upwards
        cmpq    %rdx, %r8
        jb      .Lcopy_down
        cmpq    $STRING_BYTES, %rdx
        jae     .Lcopy_string

        movq    %rdi, %r9                       # upwards, all but the end
        leaq    -64(%rdx), %rcx
1:      movups  (%rsi), %xmm0
        movups  16(%rsi), %xmm1
        movups  32(%rsi), %xmm2
        movups  48(%rsi), %xmm3
        movups  %xmm0, (%r9)
        movups  %xmm1, 16(%r9)
        movups  %xmm2, 32(%r9)
        movups  %xmm3, 48(%r9)
        addq    $64, %rsi
        addq    $64, %r9
        subq    $64, %rcx
        ja      1b
        movups  %xmm4, -64(%rdi, %rdx)
        movups  %xmm5, -48(%rdi, %rdx)
        movups  %xmm6, -32(%rdi, %rdx)
        movups  %xmm7, -16(%rdi, %rdx)
        ret

.Lcopy_both:
        movups  %xmm0, (%rdi)
        movups  %xmm1, 16(%rdi)
        movups  %xmm2, 32(%rdi)
        movups  %xmm3, 48(%rdi)
        movups  %xmm4, -64(%rdi, %rdx)
        movups  %xmm5, -48(%rdi, %rdx)
        movups  %xmm6, -32(%rdi, %rdx)
        movups  %xmm7, -16(%rdi, %rdx)
        ret

.Lcopy_down:
        leaq    (%rdi, %rdx), %r9               # downwards, all but the beginning
        leaq    (%rsi, %rdx), %rsi
        leaq    -64(%rdx), %rcx
1:      movups  -64(%rsi), %xmm4
        movups  -48(%rsi), %xmm5
        movups  -32(%rsi), %xmm6
        movups  -16(%rsi), %xmm7
        movups  %xmm4, -64(%r9)
        movups  %xmm5, -48(%r9)
        movups  %xmm6, -32(%r9)
        movups  %xmm7, -16(%r9)
        subq    $64, %rsi
        subq    $64, %r9
        subq    $64, %rcx
        ja      1b
        movups  %xmm0, (%rdi)
        movups  %xmm1, 16(%rdi)
        movups  %xmm2, 32(%rdi)
        movups  %xmm3, 48(%rdi)
        ret

.Lcopy_string:
        movq    %rdx, %rcx
        rep movsb
        ret

.Lcopy_few:
        cmpl    $8, %edx
        jae     .Lcopy_8
        cmpl    $4, %edx
        jae     .Lcopy_4
        testl   %edx, %edx
        jz      1f
        movzbl  (%rsi), %ecx                    # 1 to 3: the first, the last, and the middle one
        movzbl  -1(%rsi, %rdx), %r8d
        shrl    $1, %edx
        movzbl  (%rsi, %rdx), %r9d
        movb    %r9b, (%rdi, %rdx)
        movb    %cl, (%rdi)
        jc      2f                              # an odd length: the last is at twice the middle
        movb    %r8b, -1(%rdi, %rdx, 2)
        ret
2:      movb    %r8b, (%rdi, %rdx, 2)
1:      ret
.Lcopy_4:
        movl    (%rsi), %ecx
        movl    -4(%rsi, %rdx), %r8d
        movl    %ecx, (%rdi)
        movl    %r8d, -4(%rdi, %rdx)
        ret
.Lcopy_8:
        movq    (%rsi), %rcx
        movq    -8(%rsi, %rdx), %r8
        movq    %rcx, (%rdi)
        movq    %r8, -8(%rdi, %rdx)
        ret

        .balign 16
memset:
        movq    %rdi, %rax
        movzbl  %sil, %esi
        movabsq $0x0101010101010101, %rcx
        imulq   %rcx, %rsi
        cmpq    $16, %rdx
        jb      .Lset_few
        cmpq    $STRING_BYTES, %rdx
        jae     .Lset_string
        movq    %rsi, %xmm0
        punpcklqdq %xmm0, %xmm0
        cmpq    $64, %rdx
        ja      .Lset_65
        movups  %xmm0, (%rdi)                   # up to 64: four that overlap
        movups  %xmm0, -16(%rdi, %rdx)
        cmpq    $32, %rdx
        jbe     1f
        movups  %xmm0, 16(%rdi)
        movups  %xmm0, -32(%rdi, %rdx)
1:      ret
.Lset_65:
        movups  %xmm0, -64(%rdi, %rdx)
        movups  %xmm0, -48(%rdi, %rdx)
        movups  %xmm0, -32(%rdi, %rdx)
        movups  %xmm0, -16(%rdi, %rdx)
        subq    $64, %rdx
2:      movups  %xmm0, (%rdi)
        movups  %xmm0, 16(%rdi)
        movups  %xmm0, 32(%rdi)
        movups  %xmm0, 48(%rdi)
        addq    $64, %rdi
        subq    $64, %rdx
        ja      2b
        ret
.Lset_string:
        movq    %rdx, %rcx
        movq    %rax, %r8
        movl    %esi, %eax
        rep stosb
        movq    %r8, %rax
        ret
.Lset_few:
        cmpl    $8, %edx
        jae     .Lset_8
        cmpl    $4, %edx
        jae     .Lset_4
        testl   %edx, %edx
        jz      1f
        movb    %sil, (%rdi)
        movb    %sil, -1(%rdi, %rdx)
        shrl    $1, %edx
        movb    %sil, (%rdi, %rdx)
1:      ret
.Lset_4:
        movl    %esi, (%rdi)
        movl    %esi, -4(%rdi, %rdx)
        ret
.Lset_8:
        movq    %rsi, (%rdi)
        movq    %rsi, -8(%rdi, %rdx)
        ret

        .section .note.GNU-stack, "", @progbits

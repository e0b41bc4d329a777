# What the processor offers and C# cannot say. System V convention: RDI, RSI, RDX, RCX; result in RAX.
# Declared in C# by KernelMem.Machine.Cpu.

        .include "kernel.inc"
        .text

# ---- start of a CPU: cpu_start(index) ----------------------------------------------------------------------------------
# Floating-point and SIMD state ready, SIMD state saving chosen, GS base at this CPU's block.
FUNCTION cpu_start
        pushq   %rbx
        movl    %edi, %eax                      # GS base = cpu_blocks + index * CPU_BLOCK_SIZE
        imulq   $CPU_BLOCK_SIZE, %rax, %rax
        leaq    cpu_blocks(%rip), %rdx
        addq    %rdx, %rax
        movl    %edi, (%rax)                    # block[0] = index
        movq    %rax, %rdx
        shrq    $32, %rdx
        movl    $MSR_GS_BASE, %ecx
        wrmsr

        fninit
        pushq   $0x1F80                         # MXCSR after reset: all exceptions masked
        ldmxcsr (%rsp)
        popq    %rax

        movl    $1, %eax
        xorl    %ecx, %ecx
        cpuid
        movl    %ecx, %r8d
        # g_cpuFeatures bit 0: SSE3, SSSE3, SSE4.1, SSE4.2 and POPCNT, all of them
        .set    POPCNT_GROUP, (1 << 0) | (1 << 9) | (1 << 19) | (1 << 20) | (1 << 23)
        movl    %r8d, %eax
        andl    $POPCNT_GROUP, %eax
        cmpl    $POPCNT_GROUP, %eax
        jne     1f
        lock orl $1, g_cpuFeatures(%rip)
1:      # XSAVE and AVX: interrupts then save x87, SSE and AVX state instead of the first two
        .set    AVX_GROUP, (1 << 26) | (1 << 28)
        movl    %r8d, %eax
        andl    $AVX_GROUP, %eax
        cmpl    $AVX_GROUP, %eax
        jne     2f
        movq    %cr4, %rax
        orq     $CR4_OSXSAVE, %rax
        movq    %rax, %cr4
        xorl    %ecx, %ecx
        xgetbv
        orl     $7, %eax
        xsetbv
        movl    $1, cpu_saves_avx(%rip)
2:      xorl    %eax, %eax
        cpuid
        cmpl    $7, %eax
        jb      3f
        movl    $7, %eax
        xorl    %ecx, %ecx
        cpuid
        testl   $(1 << 20), %ebx                # CPUID.(7,0):EBX.SMAP
        jz      3f
        movl    $1, cpu_has_smap(%rip)
3:      popq    %rbx
        ret

FUNCTION cpu_current                            # index of this CPU
        movl    %gs:0, %eax
        ret

# ---- port I/O ----------------------------------------------------------------------------------------------------------
FUNCTION cpu_in8
        movl    %edi, %edx
        xorl    %eax, %eax
        inb     %dx, %al
        ret
FUNCTION cpu_in16
        movl    %edi, %edx
        xorl    %eax, %eax
        inw     %dx, %ax
        ret
FUNCTION cpu_in32
        movl    %edi, %edx
        inl     %dx, %eax
        ret
FUNCTION cpu_out8
        movl    %edi, %edx
        movl    %esi, %eax
        outb    %al, %dx
        ret
FUNCTION cpu_out16
        movl    %edi, %edx
        movl    %esi, %eax
        outw    %ax, %dx
        ret
FUNCTION cpu_out32
        movl    %edi, %edx
        movl    %esi, %eax
        outl    %eax, %dx
        ret

# ---- control registers, MSRs, TLB --------------------------------------------------------------------------------------
FUNCTION cpu_read_cr0
        movq    %cr0, %rax
        ret
FUNCTION cpu_write_cr0
        movq    %rdi, %cr0
        ret
FUNCTION cpu_read_cr3
        movq    %cr3, %rax
        ret
FUNCTION cpu_write_cr3
        movq    %rdi, %cr3
        ret
FUNCTION cpu_read_cr4
        movq    %cr4, %rax
        ret
FUNCTION cpu_write_cr4
        movq    %rdi, %cr4
        ret
FUNCTION cpu_read_msr
        movl    %edi, %ecx
        rdmsr
        shlq    $32, %rdx
        orq     %rdx, %rax
        ret
FUNCTION cpu_write_msr
        movl    %edi, %ecx
        movl    %esi, %eax
        movq    %rsi, %rdx
        shrq    $32, %rdx
        wrmsr
        ret
FUNCTION cpu_invlpg
        invlpg  (%rdi)
        ret
FUNCTION cpu_invpcid                            # (type, PCID, address)
        pushq   %rdx                            # the descriptor: PCID in bits 11:0, then the address
        pushq   %rsi
        movl    %edi, %eax
        invpcid (%rsp), %rax
        addq    $16, %rsp
        ret
FUNCTION cpu_flush_caches
        wbinvd
        ret
FUNCTION cpu_read_pkru
        xorl    %ecx, %ecx
        rdpkru
        ret
FUNCTION cpu_write_pkru
        movl    %edi, %eax
        xorl    %ecx, %ecx
        xorl    %edx, %edx
        wrpkru
        ret
FUNCTION cpu_flush_cache_line
        clflush (%rdi)
        mfence
        ret
FUNCTION cpu_id                                 # (leaf, subleaf, uint[4] out)
        pushq   %rbx
        movq    %rdx, %r8
        movl    %edi, %eax
        movl    %esi, %ecx
        cpuid
        movl    %eax, (%r8)
        movl    %ebx, 4(%r8)
        movl    %ecx, 8(%r8)
        movl    %edx, 12(%r8)
        popq    %rbx
        ret
FUNCTION cpu_time_stamp
        rdtsc
        shlq    $32, %rdx
        orq     %rdx, %rax
        ret

# cpu_random(out) -> 1, or 0 if the generator has nothing now: ten tries, as Intel SDM Vol. 1 §7.3.17.1 advises. Needs RDRAND.
FUNCTION cpu_random
        movl    $10, %ecx
1:      rdrand  %rax
        jc      2f
        decl    %ecx
        jnz     1b
        xorl    %eax, %eax
        ret
2:      movq    %rax, (%rdi)
        movl    $1, %eax
        ret

# ---- interrupts --------------------------------------------------------------------------------------------------------
FUNCTION cpu_load_idt
        lidt    (%rdi)
        ret
FUNCTION cpu_load_gdt                           # (descriptor of the GDT, task-state selector); selectors as in the boot GDT
        lgdt    (%rdi)
        ltr     %si
        ret
FUNCTION cpu_save_interrupts                    # returns RFLAGS.IF as 0 or 1, and clears it
        pushfq
        popq    %rax
        cli
        shrq    $9, %rax
        andl    $1, %eax
        ret
FUNCTION cpu_restore_interrupts                 # (0 or 1)
        testl   %edi, %edi
        jz      1f
        sti
1:      ret
FUNCTION cpu_pause
        pause
        ret
FUNCTION cpu_wait_for_interrupt                 # STI takes effect after the instruction behind it: no interrupt comes between the two
        sti
cpu_halt:
        hlt
        ret
FUNCTION cpu_halt_address                       # where the function above is about to halt
        leaq    cpu_halt(%rip), %rax
        ret
FUNCTION cpu_stop                               # for good
        cli
        hlt
        jmp     cpu_stop

# ---- memory that may fault ---------------------------------------------------------------------------------------------
# cpu_copy_user(destination, source, length) -> bytes NOT copied. STAC lets the supervisor touch user pages while SMAP is on.
FUNCTION cpu_copy_user
        movq    %rdx, %rcx
        cmpl    $0, cpu_has_smap(%rip)
        je      2f
        stac
1:      rep movsb
3:      clac
        movq    %rcx, %rax
        ret
2:      rep movsb
4:      movq    %rcx, %rax
        ret
        FIXUP   1b, 3b
        FIXUP   2b, 4b

# cpu_try_read(address, byte* value) -> 1, or 0 when the access faulted
FUNCTION cpu_try_read
1:      movb    (%rdi), %al
        movb    %al, (%rsi)
        movl    $1, %eax
        ret
2:      xorl    %eax, %eax
        ret
        FIXUP   1b, 2b

# cpu_try_write(address, byte) -> 1, or 0 when the access faulted
FUNCTION cpu_try_write
1:      movb    %sil, (%rdi)
        movl    $1, %eax
        ret
2:      xorl    %eax, %eax
        ret
        FIXUP   1b, 2b

# cpu_try_execute(address) -> 1 when a call to it came back, or 0 when fetching the instruction faulted. A fetch fault has
# RIP at the target, so the table entry stands at the return address, which the handler finds on the stack.
# (A target that is not canonical faults at the call itself on some processors and at the target on others.)
FUNCTION cpu_try_execute
        subq    $8, %rsp                        # the stack is 16-byte aligned at a call
1:      call    *%rdi
2:      addq    $8, %rsp
        movl    $1, %eax
        ret
3:      addq    $8, %rsp
        xorl    %eax, %eax
        ret
        FIXUP   1b, 3b
        FIXUP   2b, 3b

FUNCTION cpu_return_constant                    # address of a RET that lies among the constants, to be fetched by mistake
        leaq    return_constant(%rip), %rax
        ret

FUNCTION cpu_fixups                             # the table: pairs (address, landing), from *start to *end
        leaq    fixup_bounds(%rip), %rax
        ret

# cpu_try_simd(address) -> 1 when XMM0..15 (YMM0..15 where saved) hold across a fault at the address, 0 when not.
FUNCTION cpu_try_simd
        movabsq $0x1122334455667700, %rax
        .irp    r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        leaq    \r(%rax), %rcx
        movq    %rcx, %xmm\r
        .endr
        cmpl    $0, cpu_saves_avx(%rip)
        je      1f
        .irp    r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        vinsertf128 $1, %xmm\r, %ymm\r, %ymm\r
        .endr
1:      movb    $1, (%rdi)
        cmpl    $0, cpu_saves_avx(%rip)
        je      2f
        # the high halves must equal the low ones: swap them in and compare below
        .irp    r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        leaq    \r(%rax), %rcx
        movq    %xmm\r, %rdx
        cmpq    %rcx, %rdx
        jne     9f
        vextractf128 $1, %ymm\r, %xmm\r
        .endr
2:      .irp    r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        leaq    \r(%rax), %rcx
        movq    %xmm\r, %rdx
        cmpq    %rcx, %rdx
        jne     9f
        .endr
        movl    $1, %eax
        jmp     3f
9:      xorl    %eax, %eax
3:      cmpl    $0, cpu_saves_avx(%rip)
        je      4f
        vzeroupper
4:      ret

# ---- where the image lies ----------------------------------------------------------------------------------------------
FUNCTION cpu_image_layout
        leaq    image_layout(%rip), %rax
        ret

        .section .rodata
return_constant:
        ret
        .balign 8
fixup_bounds:
        .quad   __fixups_start, __fixups_end
image_layout:                                   # KernelMem.Machine.ImageLayout
        .quad   KERNEL_BASE
        .quad   __kernel_start, __kernel_end
        .quad   __text_start, __text_end
        .quad   __rodata_start, __rodata_end
        .quad   __data_start, __data_end
        .quad   boot_stack, boot_stack_top

        .data
        .balign 4
        .globl  cpu_saves_avx, cpu_has_smap, g_cpuFeatures
cpu_saves_avx:  .long 0
cpu_has_smap:   .long 0
g_cpuFeatures:  .long 0                         # ILC code looks here for optional instruction sets

        .set    CPU_BLOCK_SIZE, 64              # a cache line a CPU
        .set    CPU_LIMIT, 16                   # KernelMem.Machine.SmpBoot.Limit
        .bss
        .balign 64
cpu_blocks:     .skip CPU_BLOCK_SIZE * CPU_LIMIT

        .section .note.GNU-stack, "", @progbits

# What ILC code expects of a runtime. There is none: transitions to and from unmanaged code are nothing, and a smashed stack
# cookie stops the machine. RhpStackProbe is left out on purpose: a frame of many pages then fails the link.

        .text
        .globl  RhpReversePInvoke, RhpReversePInvokeReturn, RhpPInvoke, RhpPInvokeReturn, RhpFallbackFailFast
        .balign 16
RhpReversePInvoke:
RhpReversePInvokeReturn:
RhpPInvoke:
RhpPInvokeReturn:
        ret
RhpFallbackFailFast:
        ud2

        .section .rodata
        .balign 8
        .globl  __security_cookie
__security_cookie:
        .quad   0x2B992DDFA23249D6

        .section .note.GNU-stack, "", @progbits

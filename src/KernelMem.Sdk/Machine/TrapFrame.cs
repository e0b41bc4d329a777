using System.Runtime.InteropServices;
using KernelMem.Annotations;

namespace KernelMem.Machine;

/// <summary>The registers of interrupted code, as Native/Bare/traps.s pushes them. A handler may change them.</summary>
[StructLayout(LayoutKind.Sequential)]
[HardwareStruct(Source = "Intel SDM Vol. 3A, 64-Bit Mode Stack Frame")]
[ExpectedSize(184)]
public struct TrapFrame
{
    /// <summary>CR2 as the trap came: for a page fault, the address of the access.</summary>
    [ExpectedOffset(0)]
    public ulong FaultAddress;

    /// <summary>General registers, in the order of the pushes from last to first.</summary>
    public ulong R15, R14, R13, R12, R11, R10, R9, R8, Rbp, Rdi, Rsi, Rdx, Rcx, Rbx, Rax;

    /// <summary>Which trap: 0 to 31 are the processor's exceptions (Intel SDM Vol. 3A, table 6-1).</summary>
    [ExpectedOffset(128)]
    public ulong Vector;

    /// <summary>The error code; 0 for vectors that have none.</summary>
    [ExpectedOffset(136)]
    public ulong ErrorCode;

    /// <summary>What the processor pushed: where, and on which stack, the code was interrupted.</summary>
    public ulong Rip, Cs, Rflags, Rsp, Ss;

    // The low two bits of a code selector are the privilege level.
    internal readonly bool IsKernel => (Cs & 3) == 0;
}

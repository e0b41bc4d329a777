using System.Runtime.CompilerServices;
using KernelMem.Machine;

namespace KernelMem.Interleavings.Tests.Fences;

/// <summary>A remote fence and the machine around it.</summary>
internal struct FenceShared
{
    public RemoteFence Fence;

    /// <summary>How many CPUs are up.</summary>
    public ulong Count;

    /// <summary>How many CPUs have done their work.</summary>
    public ulong Ended;

    /// <summary>For each CPU, 1 while an interrupt waits, however often it was raised.</summary>
    public Words Wires;

    /// <summary>For each CPU, 1 if the kernel's handler will find a cause.</summary>
    public Words Causes;

    [InlineArray(SmpBoot.Limit)]
    public struct Words
    {
        private ulong _first;
    }
}

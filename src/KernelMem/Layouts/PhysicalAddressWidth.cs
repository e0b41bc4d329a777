using System.Runtime.CompilerServices;
using KernelMem.Failures;

namespace KernelMem.Layouts;

/// <summary>The processor's physical-address width, MAXPHYADDR: CPUID.80000008H:EAX[7:0], 52 at most (Intel SDM Vol. 3A §4.1.4).</summary>
public static class PhysicalAddressWidth
{
    /// <summary>The most that the architecture allows.</summary>
    public const int Max = 52;

    /// <summary>The bits of a word that no address of this width has. Panics unless the width is 1 to 52.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong BitsBeyond(int physicalAddressBits)
    {
        Panic.Assert(physicalAddressBits is >= 1 and <= Max, "PhysicalAddressWidth: a width is 1 to 52 bits");
        return ulong.MaxValue << physicalAddressBits;
    }
}

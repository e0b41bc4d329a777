using System.Runtime.InteropServices;
using KernelMem.Annotations;

namespace KernelMem.Machine;

/// <summary>The operand of LGDT and LIDT.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
[HardwareStruct(Source = "Intel SDM Vol. 3A, Pseudo-Descriptor Format for LGDT and LIDT")]
[ExpectedSize(10)]
internal readonly struct DescriptorTablePointer(ulong address, ushort limit)
{
    private readonly ushort _limit = limit;
    [ExpectedOffset(2)]
    private readonly ulong _address = address;
}

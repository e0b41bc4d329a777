using System.Runtime.InteropServices;

namespace KernelMem.Machine;

/// <summary>The operand of LGDT and LIDT.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly struct DescriptorTablePointer(ulong address, ushort limit)
{
    private readonly ushort _limit = limit;
    private readonly ulong _address = address;
}

using System.Runtime.CompilerServices;

namespace KernelMem.Addresses;

/// <summary>
/// How many bits of a virtual address the processor translates (Intel SDM Vol. 3A §4.1.1, CR4.LA57). The choice is made
/// before long mode is entered and cannot change afterwards.
/// </summary>
public enum AddressWidth : byte
{
    /// <summary>4-level paging: bits 63:47 of a canonical address are all equal.</summary>
    Bits48 = 0,

    /// <summary>5-level paging (LA57): bits 63:56 of a canonical address are all equal.</summary>
    Bits57 = 1,
}

/// <summary>What an <see cref="AddressWidth"/> implies.</summary>
public static class AddressWidthExtensions
{
    /// <summary>The number of translated bits: 48 or 57. Undefined members count as the narrower width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int BitCount(this AddressWidth width) => width == AddressWidth.Bits57 ? 57 : 48;

    /// <summary>The level of the root table: PML4 for 48 bits, PML5 for 57.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PageTableLevel RootLevel(this AddressWidth width) =>
        width == AddressWidth.Bits57 ? PageTableLevel.Pml5 : PageTableLevel.Pml4;
}

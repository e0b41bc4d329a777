using KernelMem.Addresses;

namespace Benchmarks;

/// <summary>Pages of one size that follow one another, and the memory that they show, which does too.</summary>
internal unsafe struct Work
{
    public ulong Virtual;

    public ulong Physical;

    public uint Pages;

    /// <summary>The numbers of the pages in random order.</summary>
    public uint* Order;

    public readonly ulong BytesOf<TSize>()
        where TSize : unmanaged, IPageSize => Pages * TSize.Bytes;

    /// <summary>All of it, as pages of 4 KiB.</summary>
    public readonly VirtRange Range => VirtRange.CreateUnchecked(VirtAddr.CreateUnchecked(Virtual), BytesOf<Size4KiB>());

    public readonly Page<TSize> Page<TSize>(uint number)
        where TSize : unmanaged, IPageSize => KernelMem.Addresses.Page<TSize>.CreateUnchecked(VirtAddr.CreateUnchecked(Virtual + (number * TSize.Bytes)));

    public readonly Frame<TSize> Frame<TSize>(uint number)
        where TSize : unmanaged, IPageSize => KernelMem.Addresses.Frame<TSize>.CreateUnchecked(PhysAddr.CreateUnchecked(Physical + (number * TSize.Bytes)));

    /// <summary>The sum of the addresses of all frames: what translating every page must add up to.</summary>
    public readonly ulong SumOf<TSize>()
        where TSize : unmanaged, IPageSize => unchecked((Pages * Physical) + (TSize.Bytes * ((ulong)Pages * (Pages - 1) / 2)));
}

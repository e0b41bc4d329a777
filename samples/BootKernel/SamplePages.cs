using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Machine;
using KernelMem.Paging;

namespace BootKernel;

/// <summary>
/// Pages of all sizes and kinds to look at: mapped beside the regions, where none is. The dynamic range is filled from below, so its
/// upper half is free.
/// </summary>
internal static class SamplePages
{
    /// <summary>How many kinds there are.</summary>
    public const int Count = 11;

    /// <summary>The first kind that is a program's.</summary>
    public const int FirstUser = 6;

    private const int BlockOrder = 9; // a large page's
    private const ulong UserSmall = 0x3000_0000;
    private const ulong UserLarge = UserSmall + (2UL << 20);
    private const ulong UserHuge = 0x4000_0000; // programs have room for one
    private const ulong KernelOffset = 32UL << 30;

    private static ulong KernelSmall => KernelMemory.Manager.KernelSpace.Layout.KernelRegions.Start.Value + KernelOffset;

    private static PageMapper<X64Platform> Mapper => KernelMemory.Manager.KernelSpace.Mapper;

    /// <summary>A kind.</summary>
    public static Protection Nth(int index) => index switch
    {
        0 => Protection.KernelCode,
        1 => Protection.KernelData,
        2 => Protection.KernelReadOnly,
        3 => Protection.DeviceMemory,
        4 => Protection.KernelData.WithGlobal(true),
        5 => Protection.KernelData.WithCache(CacheType.WriteCombining),
        FirstUser => Protection.UserCode,
        7 => Protection.UserData,
        8 => Protection.UserReadOnly,
        9 => Protection.UserData.WithTracking(false),
        _ => Protection.UserReadOnly.WithCache(CacheType.WriteThrough),
    };

    /// <summary>Where a 4 KiB page of a kind goes; there is room for 512.</summary>
    public static ulong SmallPage(Protection protection, int slot = 0) =>
        (protection.IsUser ? UserSmall : KernelSmall) + ((ulong)slot * Size4KiB.Bytes);

    /// <summary>Where a 2 MiB page of a kind goes; there is room for 100.</summary>
    public static ulong LargePage(Protection protection, int slot = 0) =>
        (protection.IsUser ? UserLarge : KernelSmall + Size2MiB.Bytes) + ((ulong)slot * Size2MiB.Bytes);

    /// <summary>Where a 1 GiB page of a kind goes; there is room for one of a program's, and for 30 of the kernel's.</summary>
    public static ulong HugePage(Protection protection, int slot = 0) =>
        protection.IsUser ? UserHuge : KernelSmall + ((ulong)(slot + 1) * Size1GiB.Bytes);

    /// <summary>Memory for them to show: 2 MiB.</summary>
    public static Frame AllocateBlock() =>
        KernelMemory.Manager.Frames.Allocate(FrameRequest.For(FrameUse.Kernel).WithOrder(BlockOrder)).Value.Release();

    /// <summary>Maps one.</summary>
    public static void Map<TSize>(ulong page, PhysAddr frame, Protection protection)
        where TSize : unmanaged, IPageSize =>
        Mapper.Map(Page<TSize>.Create(VirtAddr.Create(page)), Frame<TSize>.Create(frame), protection).Expect("SamplePages: a page cannot be mapped");

    /// <summary>Unmaps it, and flushes.</summary>
    public static void Release(ulong page, ulong bytes)
    {
        if (!Mapper.UnmapRange(VirtRange.Create(VirtAddr.Create(page), bytes)).TryGet(out UnmappedRange<X64Platform> unmapped))
            Panic.Now("SamplePages: a page cannot be unmapped");
        _ = unmapped.Flush(KernelMemory.Manager.Tlb, FrameUse.None);
    }
}

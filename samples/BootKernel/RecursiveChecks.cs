using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Machine;
using KernelMem.Paging;
using KernelMem.Platform;
using KernelMem.Simulation.Walk;
using Scenario;

namespace BootKernel;

/// <summary>
/// Shows that the tables in use can be reached through themselves: what is read there is what a walk by the manual finds, and pages that are
/// mapped there can be used.
/// </summary>
internal static unsafe class RecursiveChecks
{
    private const ulong MiB2 = 2UL << 20;
    private const ulong GiB = 1UL << 30;
    private const ulong SmallBytes = 2 * Frame.Size;
    private const int SpareOrder = 2;
    private const ulong Mark = 0x5245_4355_5253_4956;

    private static VirtAddr Window => KernelLayout.Current.KernelRegions.Start + (40 * GiB);

    // Two small pages, and a large one behind them.
    private static VirtRange Pages => VirtRange.Create(KernelLayout.Current.KernelRegions.Start + (48 * GiB) + MiB2 - SmallBytes, MiB2 + SmallBytes);

    private static PageMapper<X64Platform> Mapper => KernelMemory.Manager.KernelSpace.Mapper;

    public static void Run(ref Checklist checks)
    {
        FrameAllocator<X64Platform> frames = KernelMemory.Manager.Frames;
        Frame data = frames.Allocate(FrameRequest.For(FrameUse.Kernel).WithOrder(10)).Value.Release();
        Frame spare = frames.Allocate(FrameRequest.For(FrameUse.Kernel).WithOrder(SpareOrder)).Value.Release();
        Frame shown = frames.Allocate(FrameRequest.For(FrameUse.Kernel)).Value.Release();
        FillWithEntries(spare);
        Mapper.Map<Size4KiB>(Page.Create(Window), shown, Protection.KernelData).Expect("RecursiveChecks: nothing is mapped at the window");

        LiveTables live = default;
        ulong root = Mapper.Root.Table.Start.Value;
        int index = FindFreeEntry(root);
        ulong place = root + ((ulong)index * sizeof(ulong));
        checks.Check("an entry of the root is free for itself"u8, index < TableIndex.Count);
        live.Write(place, root | 3); // P and R/W

        RecursiveSlot slot = RecursiveSlot.Create(index, Mapper.Width);
        bool created = RecursiveTables<X64Platform>
            .Create(default, slot, Page.Create(Window), PhysRange.Create(spare.Start, Frame.Size))
            .TryGet(out RecursiveTables<X64Platform> poor);
        checks.Check("tables show through an entry that references their root"u8, created && ShowsTables(slot) && Translates(poor));

        PhysAddr start = data.Start + MiB2 - SmallBytes;
        bool refused = poor.MapRange(Pages, start, Protection.KernelData).TryGetError(out MapFailure failure)
            && failure.Code == MapError.OutOfMemory
            && poor.Spare.Length == Frame.Size
            && !Mapper.TryTranslate(Pages.Start, out _);
        checks.Check("without frames for tables nothing is mapped through it"u8, refused);

        RecursiveTables<X64Platform> tables = RecursiveTables<X64Platform>
            .Create(default, slot, Page.Create(Window), PhysRange.Create(spare.Start, Frame.Size << SpareOrder)).Value;
        tables.MapRange(Pages, start, Protection.KernelData).Expect("RecursiveChecks: the range cannot be mapped");
        bool isAlone = !Mapper.TryTranslate(Pages.Start - 1, out _) && !Mapper.TryTranslate(Pages.Last + 1, out _);
        bool isUsable = isAlone && IsMapped(start, PageTableLevel.Pd) && tables.Spare.Length == 2 * Frame.Size;
        bool isTaken = tables.MapRange(VirtRange.Create(Pages.Last - (Frame.Size - 1), Frame.Size), start, Protection.KernelData)
            .TryGetError(out failure) && failure.Code == MapError.CoveredByLargePage && tables.Spare.Length == 2 * Frame.Size;
        checks.Check("pages that are mapped through it can be used, once"u8, isUsable && isTaken);

        // As a processor may that goes ahead: the large page, seen as a table.
        VirtAddr large = Pages.Start + SmallBytes;
        _ = Atomic.Load(in *(ulong*)slot.TableAt(PageTableLevel.Pt, large).Value);
        tables.Unmap(Page<Size2MiB>.Create(large)).Expect("RecursiveChecks: the large page cannot be unmapped");
        bool isGone = !Mapper.TryTranslate(large, out _) && Mapper.TryTranslate(Pages.Start, out _);
        tables.MapRange(VirtRange.Create(large, MiB2), start + SmallBytes, Protection.KernelData, PageTableLevel.Pt)
            .Expect("RecursiveChecks: small pages cannot be mapped in its place");
        checks.Check("what is unmapped through it makes room for small pages"u8, isGone && IsMapped(start, PageTableLevel.Pt));

        // The tables that were made are this check's: cut them off where they were linked, and give all back.
        live.Write(PlaceOf(Pages.Start, PageTableLevel.Pdpt), 0);
        live.Write(place, 0);
        default(X64Platform).WritePageTableRoot(default(X64Platform).ReadPageTableRoot());
        Mapper.Unmap(Page<Size4KiB>.Create(Window)).Expect("RecursiveChecks: the window is mapped").Flush(KernelMemory.Manager.Tlb);
        frames.Free(shown, FrameUse.Kernel).Expect("RecursiveChecks: the window's frame cannot be freed");
        frames.Free(spare, FrameUse.Kernel).Expect("RecursiveChecks: the tables cannot be freed");
        frames.Free(data, FrameUse.Kernel).Expect("RecursiveChecks: the pages cannot be freed");
    }

    // In the kernel half.
    private static int FindFreeEntry(ulong root)
    {
        int index = TableIndex.Count / 2;
        while (index < TableIndex.Count && default(LiveTables).Read(root + ((ulong)index * sizeof(ulong))) != 0)
            index++;
        return index;
    }

    // What was in the frames before must not be taken for entries: each word would map a page.
    private static void FillWithEntries(Frame first)
    {
        ulong* words = (ulong*)KernelMemory.AliasOf(first.Start).Value;
        for (ulong i = 0; i < (Frame.Size << SpareOrder) / sizeof(ulong); i++)
            words[i] = 0x83; // P, R/W, PS
    }

    // Every entry that a walk meets on its way to what this kernel uses, read where the slot shows it.
    private static bool ShowsTables(RecursiveSlot slot)
    {
        int local = 0;
        return ShowsPath(slot, (ulong)&local)
            && ShowsPath(slot, (ulong)(delegate*<ref Checklist, void>)&Run)
            && ShowsPath(slot, KernelLayout.DirectMap.Value + (5 * MiB2))
            && ShowsPath(slot, Window.Value);
    }

    private static bool ShowsPath(RecursiveSlot slot, ulong address)
    {
        const ulong Used = 0x60; // accessed and dirty, which the processor sets on the way
        WalkPath path = WalkChecks.PathOf(address);
        for (int i = 0; i < path.Count; i++)
        {
            WalkStep step = path[i];
            VirtAddr table = slot.TableAt((PageTableLevel)step.Level, VirtAddr.CreateLa57(address));
            ulong entry = Atomic.Load(in *(ulong*)(table.Value + (step.Place & (Frame.Size - 1))));
            if ((entry & ~Used) != (step.Entry & ~Used))
                return false;
        }

        return path.Count >= 3;
    }

    private static bool Translates(RecursiveTables<X64Platform> tables)
    {
        int local = 0;
        return Agrees(tables, (ulong)&local)
            && Agrees(tables, (ulong)(delegate*<ref Checklist, void>)&Run)
            && Agrees(tables, KernelLayout.DirectMap.Value + (5 * MiB2) + 0x123)
            && Agrees(tables, Window.Value + 0xFFF)
            && Agrees(tables, 0)
            && Agrees(tables, Pages.Start.Value);
    }

    private static bool Agrees(RecursiveTables<X64Platform> tables, ulong address)
    {
        VirtAddr place = VirtAddr.CreateLa57(address);
        bool expected = Mapper.TryTranslate(place, out Translation theirs);
        bool found = tables.TryTranslate(place, out Translation ours);
        return found == expected && ours.Address == theirs.Address && ours.Level == theirs.Level && ours.Protection == theirs.Protection;
    }

    // Whether the first and the last page show their memory, and can be written.
    private static bool IsMapped(PhysAddr start, PageTableLevel lastLevel)
    {
        VirtAddr last = Pages.Last - 7;
        return Mapper.TryTranslate(last, out Translation translation)
            && translation.Level == lastLevel
            && Shows(Pages.Start, start, Mark)
            && Shows(last, start + (Pages.Length - 8), ~Mark);
    }

    private static bool Shows(VirtAddr address, PhysAddr memory, ulong mark)
    {
        Atomic.Store(ref *(ulong*)KernelMemory.AliasOf(memory).Value, mark);
        bool read = Atomic.Load(in *(ulong*)address.Value) == mark;
        Atomic.Store(ref *(ulong*)address.Value, ~mark);
        return read && Atomic.Load(in *(ulong*)KernelMemory.AliasOf(memory).Value) == ~mark;
    }

    private static ulong PlaceOf(VirtAddr address, PageTableLevel level)
    {
        WalkPath path = WalkChecks.PathOf(address.Value);
        for (int i = 0; i < path.Count; i++)
        {
            if (path[i].Level == (int)level)
                return path[i].Place;
        }

        Panic.Now("RecursiveChecks: no such entry");
        return 0;
    }
}

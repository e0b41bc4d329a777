using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Frames;

public readonly unsafe partial struct FrameAllocator<TPlatform>
{
    /// <summary>What is known of a frame. With other CPUs at work it may be out of date at once.</summary>
    /// <param name="frame">Any frame.</param>
    public FrameInfo GetInfo(Frame frame)
    {
        FrameBooks* books = Books;
        if (frame.Number >= books->Table.Count)
            return default;

        uint number = (uint)frame.Number;
        byte mark = Atomic.Load(in books->Table.Mark(number));
        if (mark == FrameMark.NotManaged)
            return default;

        if (mark == FrameMark.Withdrawn)
        {
            uint generation = Atomic.Load(in books->Table.Generation(number));
            return new FrameInfo(FrameState.Withdrawn, FrameUse.None, frame, order: 0, generation) { Count = 1 };
        }

        bool allocated = books->Table.TryFindBlock(number, Atomic.Load(in books->Runs) != 0, out uint start);
        uint block = allocated ? start : number;
        byte blockMark = Atomic.Load(in books->Table.Mark(block));
        FrameState state = allocated || mark == FrameMark.Reserved ? FrameState.Allocated : FrameState.Free;
        uint detail = allocated && FrameMark.HasDetail(blockMark) ? Atomic.Load(in books->Table.Detail(block)) : 0;
        return new FrameInfo(
            state, FrameMark.Use(blockMark), Frame.FromNumber(block), FrameDetail.Order(detail), Atomic.Load(in books->Table.Generation(block)))
        {
            Count = allocated ? books->Table.LengthOf(block) : 1,
            References = FrameDetail.References(detail) + (allocated ? 1u : 0),
        };
    }

    /// <summary>The counters of a zone.</summary>
    /// <param name="zone">The zone; panics if it is none.</param>
    public ZoneStatistics GetStatistics(MemoryZone zone)
    {
        Panic.Assert(zone <= MemoryZone.HighMem, "FrameAllocator.GetStatistics: no such zone");
        FrameBooks* books = Books;
        ulong allocations = 0;
        ulong frees = 0;
        ulong failures = 0;
        ulong fallbacks = 0;
        for (int slot = 0; slot < books->Slots; slot++)
        {
            FrameCache* cache = books->Cache(slot, (int)zone);
            failures += cache->Failures;
            fallbacks += cache->Fallbacks;
            for (int order = 0; order <= FrameCache.RunIndex; order++)
            {
                allocations += cache->Allocations(order);
                frees += cache->Frees(order);
            }
        }

        return new ZoneStatistics
        {
            Zone = zone,
            TotalFrames = Atomic.Load(in books->Pools[(int)zone].TotalFrames),
            FreeFrames = books->FreeFrames((int)zone),
            Allocations = allocations,
            Frees = frees,
            Failures = failures,
            Fallbacks = fallbacks,
        };
    }

    /// <summary>The counters of all zones, summed.</summary>
    public FrameStatistics GetStatistics()
    {
        ZoneStatistics dma = GetStatistics(MemoryZone.Dma);
        ZoneStatistics normal = GetStatistics(MemoryZone.Normal);
        ZoneStatistics high = GetStatistics(MemoryZone.HighMem);
        return new FrameStatistics
        {
            TotalFrames = dma.TotalFrames + normal.TotalFrames + high.TotalFrames,
            FreeFrames = dma.FreeFrames + normal.FreeFrames + high.FreeFrames,
            Allocations = dma.Allocations + normal.Allocations + high.Allocations,
            Frees = dma.Frees + normal.Frees + high.Frees,
            Failures = dma.Failures + normal.Failures + high.Failures,
            Fallbacks = dma.Fallbacks + normal.Fallbacks + high.Fallbacks,
        };
    }

    /// <summary>How many blocks of an order a zone has given out and taken back, ever.</summary>
    /// <param name="zone">The zone; panics if it is none.</param>
    /// <param name="order">0 to 10, or 11 for runs of more than one frame; panics if it is none of these.</param>
    public OrderStatistics GetStatistics(MemoryZone zone, int order)
    {
        Panic.Assert(zone <= MemoryZone.HighMem, "FrameAllocator.GetStatistics: no such zone");
        Panic.Assert((uint)order <= FrameCache.RunIndex, "FrameAllocator.GetStatistics: no such order");
        ulong allocations = 0;
        ulong frees = 0;
        for (int slot = 0; slot < Books->Slots; slot++)
        {
            FrameCache* cache = Books->Cache(slot, (int)zone);
            frees += cache->Frees(order);
            allocations += cache->Allocations(order);
        }

        return new OrderStatistics(allocations, frees);
    }

    /// <summary>
    /// How many frames (not blocks) are allocated for a use, in all zones; for <see cref="FrameUse.None"/>, the free ones.
    /// </summary>
    /// <param name="use">The use; panics if it is none of the known ones.</param>
    public ulong FramesInUse(FrameUse use)
    {
        Panic.Assert((int)use < FrameUses.Count, "FrameAllocator.FramesInUse: no such use");
        ulong frames = 0;
        for (int zone = 0; zone < ZoneLayout.ZoneCount; zone++)
        {
            frames += use switch
            {
                FrameUse.None => Books->FreeFrames(zone),
                FrameUse.Reserved => Atomic.Load(in Books->Pools[zone].ReservedFrames),
                _ => Books->FramesInUse(zone, use),
            };
        }

        return frames;
    }

    /// <summary>
    /// How the free memory of a zone lies. It first calls in what CPUs keep at hand, and then looks at every row: O(frames / 64), with
    /// interrupts off. For reports, not for hot paths.
    /// </summary>
    /// <param name="zone">The zone; panics if it is none.</param>
    public FreeBlocks GetFreeBlocks(MemoryZone zone)
    {
        Panic.Assert(zone <= MemoryZone.HighMem, "FrameAllocator.GetFreeBlocks: no such zone");
        LocalFrameAllocator<TPlatform> cpu = EnterCpu();
        FreeBlocks blocks = cpu.CountFreeBlocks((int)zone);
        cpu.Leave();
        return blocks;
    }

    /// <summary>
    /// Checks the books of every zone: bits, counters, caches, marks and statistics agree. O(frames), while nobody allocates or frees: for
    /// tests, and for a machine in trouble. Generations are beyond its reach.
    /// </summary>
    /// <returns>Whether all of it holds.</returns>
    public bool Validate() => FrameAudit.IsSound(Books);
}

using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>
/// Frames for tables, taken before anything is changed, so that nothing can fail for want of one later. Each holds the address of the next,
/// so that any number needs no memory besides.
/// </summary>
internal struct TableStock
{
    private const ulong End = ulong.MaxValue;

    private ulong _first;

    private TableStock(ulong first) => _first = first;

    /// <summary>How many there are.</summary>
    public ulong Count { get; private set; }

    public static TableStock Empty => new(End);

    /// <summary>Takes frames that the tree can reach.</summary>
    /// <returns>False when there are not so many: then none was taken.</returns>
    public static bool TryTake<TPlatform>(FrameAllocator<TPlatform> frames, in TableTree tree, ulong count, out TableStock stock)
        where TPlatform : unmanaged, IPlatform
    {
        stock = Empty;
        FrameRequest reachable = FrameRequest.For(FrameUse.PageTable).WithLimit(PhysAddr.CreateUnchecked(tree.DirectMap.Length & ~(Frame.Size - 1)));
        LocalFrameAllocator<TPlatform> cpu = frames.EnterCpu();
        while (stock.Count < count)
        {
            if (!TryTakeOne(cpu, tree, reachable, out ulong frame, out Table table))
                break;
            table[0].Store(stock._first);
            stock._first = frame;
            stock.Count++;
        }

        cpu.Leave();
        if (stock.Count == count)
            return true;

        stock.Return(frames, tree);
        return false;
    }

    /// <summary>Takes one out. Its contents are of no use.</summary>
    public Frame Next(in TableTree tree, out Table table)
    {
        Frame frame = Frame.CreateUnchecked(PhysAddr.CreateUnchecked(_first));
        bool reached = tree.TryReach(_first, out table);
        Panic.Assert(reached, "TableStock: empty");
        _first = table[0].Load();
        Count--;
        return frame;
    }

    /// <summary>Puts one in.</summary>
    public void Add(Frame frame, Table table)
    {
        table[0].Store(_first);
        _first = frame.Start.Value;
        Count++;
    }

    /// <summary>Gives back all that are left.</summary>
    public void Return<TPlatform>(FrameAllocator<TPlatform> frames, in TableTree tree)
        where TPlatform : unmanaged, IPlatform
    {
        if (Count == 0)
            return;

        LocalFrameAllocator<TPlatform> cpu = frames.EnterCpu();
        while (Count != 0)
            cpu.Free(Next(tree, out _), FrameUse.PageTable).Expect("TableStock: a table is not the frame allocator's");
        cpu.Leave();
    }

    private static bool TryTakeOne<TPlatform>(
        LocalFrameAllocator<TPlatform> cpu, in TableTree tree, in FrameRequest reachable, out ulong frame, out Table table)
        where TPlatform : unmanaged, IPlatform
    {
        frame = 0;
        table = default;
        if (!cpu.Allocate(FrameUse.PageTable).TryGet(out OwnedFrame owned))
            return false;
        if (!tree.TryReach(owned.Start.Start.Value, out table))
        {
            cpu.Free(owned).Expect("TableStock: a frame just allocated cannot be freed");
            if (!cpu.Allocate(reachable).TryGet(out owned) || !tree.TryReach(owned.Start.Start.Value, out table))
                return false;
        }

        frame = owned.Release().Start.Value;
        return true;
    }
}

using System.Collections.Generic;
using System.Linq;
using KernelMem.Boot;
using KernelMem.Frames;

namespace KernelMem.Tests.Frames;

/// <summary>
/// A frame allocator that is obviously right: a list of what each frame is. It does not choose: it says which zone serves a
/// request and what a free meets, and is told which block was chosen.
/// </summary>
internal sealed class FrameModel
{
    private static readonly Dictionary<MemoryZone, MemoryZone[]> Orders = new()
    {
        [MemoryZone.Dma] = [MemoryZone.Dma],
        [MemoryZone.Normal] = [MemoryZone.Normal, MemoryZone.HighMem, MemoryZone.Dma],
        [MemoryZone.HighMem] = [MemoryZone.HighMem, MemoryZone.Normal, MemoryZone.Dma],
    };

    private readonly FramePlan _plan;
    private readonly FrameUse?[] _uses; // null: no memory
    private readonly Block?[] _blocks;
    private readonly Dictionary<ulong, uint> _generations = [];

    public FrameModel(FramePlan plan)
    {
        _plan = plan;
        _uses = new FrameUse?[plan.End];
        _blocks = new Block?[plan.End];
        foreach (ulong number in plan.Usable.SelectMany(Numbers))
            _uses[number] = FrameUse.None;

        foreach (ulong number in plan.Early.SelectMany(Numbers))
            _uses[number] = FrameUse.Reserved;
    }

    public sealed record Block(ulong Start, int Order, FrameUse Use, uint Generation);

    public Dictionary<MemoryZone, ZoneCounts> Zones { get; } = Orders.Keys.ToDictionary(zone => zone, _ => new ZoneCounts());

    public sealed class ZoneCounts
    {
        public ulong Allocations { get; set; }

        public ulong Frees { get; set; }

        public ulong Failures { get; set; }

        public ulong Fallbacks { get; set; }
    }

    public MemoryZone ZoneOf(ulong number) =>
        number >= _plan.NormalEnd ? MemoryZone.HighMem : number >= _plan.DmaEnd ? MemoryZone.Normal : MemoryZone.Dma;

    public ulong Total(MemoryZone zone) => Count(zone, static use => use is not null);

    public ulong Free(MemoryZone zone) => Count(zone, static use => use == FrameUse.None);

    public ulong InUse(FrameUse use) => (ulong)_uses.LongCount(each => each == use);

    public FrameUse? UseOf(ulong number) => number < (ulong)_uses.Length ? _uses[number] : null;

    public Block? BlockAt(ulong number) => number < (ulong)_blocks.Length ? _blocks[number] : null;

    public int LargestFreeOrder(MemoryZone zone)
    {
        int order = FrameRequest.MaxOrder;
        while (order >= 0 && !HasRun(zone, order, _plan.End))
            order--;

        return order;
    }

    /// <summary>The zone that serves a request, or why none does.</summary>
    public (MemoryZone? Zone, FrameError Error) Serves(FrameRequest request)
    {
        if (request.Use is FrameUse.None or FrameUse.Reserved || request.Order is < 0 or > 10)
            return (null, FrameError.InvalidRequest);

        MemoryZone[] zones = request.ExactZone ? [request.Zone] : Orders[request.Zone];
        ulong reach = request.Zeroed && _plan.Reach is { } mapped ? mapped : _plan.End;
        foreach (MemoryZone zone in zones)
        {
            if (HasRun(zone, request.Order, reach))
                return (zone, FrameError.None);
        }

        Zones[request.Zone].Failures++;
        bool unmapped = zones.Any(zone => HasRun(zone, request.Order, _plan.End));
        return (null, unmapped ? FrameError.NotInDirectMap : FrameError.OutOfMemory);
    }

    /// <summary>Notes the block that was chosen.</summary>
    /// <returns>What is wrong with it; null if nothing.</returns>
    public string? Take(FrameRequest request, MemoryZone zone, ulong start, uint generation)
    {
        ulong count = 1UL << request.Order;
        uint expected = _generations.GetValueOrDefault(start) + 1;
        if (start % count != 0 || start + count > _plan.End || generation != expected)
            return "unaligned, outside, or of the wrong generation";

        Block block = new(start, request.Order, request.Use, generation);
        for (ulong number = start; number < start + count; number++)
        {
            if (_uses[number] != FrameUse.None || ZoneOf(number) != zone)
                return $"frame {number} is {_uses[number]} in {ZoneOf(number)}";

            _uses[number] = request.Use;
            _blocks[number] = block;
        }

        _generations[start] = generation;
        Zones[zone].Allocations++;
        Zones[zone].Fallbacks += zone == request.Zone ? 0UL : 1;
        return null;
    }

    /// <summary>What freeing a bare frame meets.</summary>
    public FrameError Frees(ulong number, FrameUse use) => UseOf(number) switch
    {
        null => FrameError.NotManaged,
        FrameUse.None => FrameError.NotAllocated,
        FrameUse.Reserved => FrameError.Reserved,
        _ when BlockAt(number)!.Start != number => FrameError.NotABlock,
        FrameUse owner => owner == use ? FrameError.None : FrameError.WrongUse,
    };

    /// <summary>What freeing by a token, good once, meets.</summary>
    public FrameError Frees(OwnedFrame token)
    {
        Block? block = BlockAt(token.Start.Number);
        if (block is null)
            return FrameError.NotAllocated;

        bool same = block.Start == token.Start.Number && block.Generation == token.Generation;
        return same ? FrameError.None : FrameError.StaleOwner;
    }

    /// <summary>Notes that the block at a frame was freed.</summary>
    public void Give(ulong start)
    {
        Block block = _blocks[start]!;
        for (ulong number = start; number < start + (1UL << block.Order); number++)
        {
            _uses[number] = FrameUse.None;
            _blocks[number] = null;
        }

        Zones[ZoneOf(start)].Frees++;
    }

    private bool HasRun(MemoryZone zone, int order, ulong reach)
    {
        ulong count = 1UL << order;
        for (ulong start = 0; start + count <= reach; start += count)
        {
            bool free = true;
            for (ulong number = start; free && number < start + count; number++)
                free = _uses[number] == FrameUse.None && ZoneOf(number) == zone;

            if (free)
                return true;
        }

        return false;
    }

    private ulong Count(MemoryZone zone, System.Func<FrameUse?, bool> isCounted)
    {
        ulong count = 0;
        for (int number = 0; number < _uses.Length; number++)
            count += ZoneOf((ulong)number) == zone && isCounted(_uses[number]) ? 1UL : 0;

        return count;
    }

    private static IEnumerable<ulong> Numbers((ulong Start, ulong Count) range)
    {
        for (ulong number = range.Start; number < range.Start + range.Count; number++)
            yield return number;
    }
}

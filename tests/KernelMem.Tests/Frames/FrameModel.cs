using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Boot;
using KernelMem.Frames;

namespace KernelMem.Tests.Frames;

/// <summary>
/// A frame allocator that is obviously right: a list of what each frame is. It does not choose: it says which zones can serve a
/// request and what a free meets, and is told which frames were chosen.
/// </summary>
internal sealed partial class FrameModel
{
    private static readonly Dictionary<MemoryZone, MemoryZone[]> Orders = new()
    {
        [MemoryZone.Dma] = [MemoryZone.Dma],
        [MemoryZone.Normal] = [MemoryZone.Normal, MemoryZone.HighMem, MemoryZone.Dma],
        [MemoryZone.HighMem] = [MemoryZone.HighMem, MemoryZone.Normal, MemoryZone.Dma],
    };

    private readonly FramePlan _plan;
    private readonly FrameUse?[] _uses; // null: no memory
    private readonly HashSet<ulong> _withdrawn = [];
    private readonly Block?[] _blocks;
    private readonly uint[] _generations;
    private readonly ulong[] _freeFrom; // how many free frames of one zone follow each other from this one on
    private readonly Dictionary<(MemoryZone Zone, ulong Tree), int> _nodes = [];
    private bool _changed = true;

    public FrameModel(FramePlan plan)
    {
        _plan = plan;
        _uses = new FrameUse?[plan.TableEnd];
        _blocks = new Block?[plan.TableEnd];
        _generations = new uint[plan.TableEnd];
        _freeFrom = new ulong[plan.TableEnd + 1];
        foreach (ulong number in plan.Usable.SelectMany(Numbers))
            _uses[number] = FrameUse.None;

        foreach (ulong number in plan.Early.SelectMany(Numbers))
            _uses[number] = FrameUse.Reserved;

        // Each 16 MiB of a zone are memory of one node: the last one that has any of it.
        foreach ((ulong start, ulong count, int node) in plan.Nodes)
        {
            foreach (ulong number in Numbers((start, Math.Min(count, plan.TableEnd - Math.Min(start, plan.TableEnd)))))
                _nodes[(ZoneOf(number), number / 4096)] = node;
        }
    }

    /// <summary>An allocated block or run; the order of a run is 31, and that of a run of one frame 0.</summary>
    public sealed record Block(ulong Start, ulong Count, int Order, FrameUse Use, uint Generation)
    {
        public ulong References { get; set; } = 1;
    }

    public sealed class ZoneCounts
    {
        /// <summary>By order; the last is that of runs.</summary>
        public ulong[] Allocations { get; } = new ulong[12];

        public ulong[] Frees { get; } = new ulong[12];

        public ulong Failures { get; set; }

        public ulong Fallbacks { get; set; }

        public Watermarks Marks { get; set; }
    }

    public Dictionary<MemoryZone, ZoneCounts> Zones { get; } = Orders.Keys.ToDictionary(zone => zone, _ => new ZoneCounts());

    public MemoryZone ZoneOf(ulong number) =>
        number >= _plan.NormalEnd ? MemoryZone.HighMem : number >= _plan.DmaEnd ? MemoryZone.Normal : MemoryZone.Dma;

    public int NodeOf(ulong number) => _nodes.GetValueOrDefault((ZoneOf(number), number / 4096));

    public ulong Total(MemoryZone zone) => Count(zone, static use => use is not null);

    public ulong Free(MemoryZone zone) => Count(zone, static use => use == FrameUse.None);

    public ulong InUse(FrameUse use) => (ulong)_uses.LongCount(each => each == use);

    public FrameUse? UseOf(ulong number) => number < (ulong)_uses.Length ? _uses[number] : null;

    public bool IsWithdrawn(ulong number) => _withdrawn.Contains(number);

    public uint GenerationOf(ulong number) => _generations[number];

    public Block? BlockAt(ulong number) => number < (ulong)_blocks.Length ? _blocks[number] : null;

    /// <summary>What freeing a bare frame meets.</summary>
    public FrameError Frees(ulong number, FrameUse use)
    {
        FrameError error = Refers(number, use);
        return error == FrameError.None && BlockAt(number)!.References > 1 ? FrameError.Shared : error;
    }

    /// <summary>What adding or dropping a reference meets.</summary>
    public FrameError Refers(ulong number, FrameUse use) => UseOf(number) switch
    {
        null => FrameError.NotManaged,
        FrameUse.None => FrameError.NotAllocated,
        FrameUse.Reserved => IsWithdrawn(number) ? FrameError.Withdrawn : FrameError.Reserved,
        _ when BlockAt(number)!.Start != number => FrameError.NotABlock,
        FrameUse owner => owner == use ? FrameError.None : FrameError.WrongUse,
    };

    /// <summary>What freeing by a token, good once, meets.</summary>
    public FrameError FreesToken(ulong start, uint generation)
    {
        Block? block = BlockAt(start);
        if (block is null)
            return Refers(start, FrameUse.None);

        bool same = block.Start == start && block.Generation == generation;
        return !same ? FrameError.StaleOwner : block.References > 1 ? FrameError.Shared : FrameError.None;
    }

    /// <summary>Notes that the block at a frame was freed.</summary>
    public void Give(ulong start)
    {
        Block block = _blocks[start]!;
        for (ulong number = start; number < start + block.Count; number++)
        {
            _uses[number] = FrameUse.None;
            _blocks[number] = null;
        }

        _changed = true;
        Zones[ZoneOf(start)].Frees[Index(block.Order)]++;
    }

    /// <summary>Adds memory, if all of it is new and there is room for it.</summary>
    public FrameError Add(ulong start, ulong count)
    {
        if (start == 0 || start + count > _plan.TableEnd)
            return FrameError.NotManaged;

        return Become(start, count, null, FrameUse.None) ? FrameError.None : FrameError.AlreadyManaged;
    }

    /// <summary>Takes memory out, if all of it is free.</summary>
    public FrameError Remove(ulong start, ulong count) =>
        Become(start, count, FrameUse.None, null) ? FrameError.None : FrameError.InUse;

    /// <summary>Withdraws a frame, if it is free.</summary>
    public FrameError Withdraw(ulong number)
    {
        if (!Become(number, 1, FrameUse.None, FrameUse.Reserved))
            return FrameError.InUse;

        _withdrawn.Add(number);
        return FrameError.None;
    }

    /// <summary>How the free frames of a zone lie: how many maximal aligned blocks of each order, and the longest run.</summary>
    public (ulong[] Blocks, ulong LongestRun) FreeBlocks(MemoryZone zone)
    {
        Refresh();
        ulong[] blocks = new ulong[11];
        ulong longest = 0;
        for (ulong at = 0; at < _plan.TableEnd;)
        {
            ulong free = ZoneOf(at) == zone ? _freeFrom[at] : 0;
            longest = Math.Max(longest, free);
            int order = 10;
            while (order > 0 && (at % (1UL << order) != 0 || free < 1UL << order))
                order--;

            if (free != 0)
                blocks[order]++;

            at += free == 0 ? 1 : 1UL << order;
        }

        return (blocks, longest);
    }

    private static int Index(int order) => Math.Min(order, 11);

    private bool Become(ulong start, ulong count, FrameUse? from, FrameUse? to)
    {
        for (ulong number = start; number < start + count; number++)
        {
            if (number >= _plan.TableEnd || _uses[number] != from)
                return false;
        }

        for (ulong number = start; number < start + count; number++)
            _uses[number] = to;

        _changed = true;
        return true;
    }

    private void Refresh()
    {
        if (!_changed)
            return;

        _changed = false;
        for (ulong number = _plan.TableEnd; number-- > 0;)
        {
            bool joined = number + 1 < _plan.TableEnd && ZoneOf(number + 1) == ZoneOf(number);
            _freeFrom[number] = _uses[number] != FrameUse.None ? 0 : joined ? _freeFrom[number + 1] + 1 : 1;
        }
    }

    private ulong Count(MemoryZone zone, Func<FrameUse?, bool> isCounted)
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

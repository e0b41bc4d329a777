using System.Collections.Generic;
using System.Linq;
using KernelMem.Boot;

namespace KernelMem.Tests.Boot;

/// <summary>What an early allocator has to do, frame by frame: one flag for each, searched from the top.</summary>
internal sealed class EarlyAllocatorModel
{
    private const ulong Frame = 4096;

    private readonly SortedSet<ulong> _usable = [];
    private readonly SortedSet<ulong> _free = [];

    public EarlyAllocatorModel(IEnumerable<RawEntry> normalised)
    {
        foreach (RawEntry region in normalised.Where(region => region.Kind == MemoryRegionKind.Usable))
        {
            for (ulong at = region.Start; at < region.Start + region.Length; at += Frame)
            {
                _usable.Add(at / Frame);
                _free.Add(at / Frame);
            }
        }
    }

    public int Usable => _usable.Count;

    public IEnumerable<ulong> Free => _free;

    public IEnumerable<ulong> Allocated => _usable.Except(_free);

    /// <summary>The first frame of the highest place that satisfies a request, or null.</summary>
    public ulong? Find(ulong frames, ulong alignment, ulong from, ulong until)
    {
        foreach (ulong start in _free.Reverse())
        {
            bool aligned = start * Frame % alignment == 0;
            bool within = start * Frame >= from && (start + frames) * Frame <= until;
            if (aligned && within && AllFree(start, frames))
                return start;
        }

        return null;
    }

    public bool AllFree(ulong start, ulong frames)
    {
        for (ulong at = start; at < start + frames; at++)
        {
            if (!_free.Contains(at))
                return false;
        }

        return true;
    }

    public void Take(ulong start, ulong frames)
    {
        for (ulong at = start; at < start + frames; at++)
            Assert.IsTrue(_free.Remove(at), "a frame was handed out that was not free");
    }
}

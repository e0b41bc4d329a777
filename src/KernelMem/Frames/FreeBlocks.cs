using System;
using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Failures;

namespace KernelMem.Frames;

/// <summary>How the free memory of a zone lies: in how many blocks of which order. See <see cref="FrameAllocator{TPlatform}.GetFreeBlocks"/>.</summary>
public struct FreeBlocks : IEquatable<FreeBlocks>
{
    private Counts _blocks;

    /// <summary>The frames in them.</summary>
    public ulong FreeFrames { readonly get; internal set; }

    /// <summary>The length of the longest run of free frames, whatever its alignment.</summary>
    public ulong LongestRun { readonly get; internal set; }

    /// <summary>The order of the largest free block, up to 10; -1 if nothing is free.</summary>
    public readonly int LargestOrder
    {
        get
        {
            int order = FrameRequest.MaxOrder;
            while (order >= 0 && _blocks[order] == 0)
                order--;

            return order;
        }
    }

    /// <summary>
    /// How many free blocks have an order, each frame counted in the largest aligned block that it lies in. Panics outside 0 to 10.
    /// </summary>
    public readonly ulong Count(int order)
    {
        Panic.Assert((uint)order <= FrameRequest.MaxOrder, "FreeBlocks.Count: no such order");
        return _blocks[order];
    }

    /// <summary>
    /// The fragmentation for an order: the part of the free memory, in thousandths, that lies in blocks too small for it; 0 is none
    /// (Gorman, Understanding the Linux Virtual Memory Manager: the unusable free space index). 0 when nothing is free.
    /// </summary>
    public readonly uint UnusablePermille(int order)
    {
        ulong usable = 0;
        for (int at = order; at <= FrameRequest.MaxOrder; at++)
            usable += Count(at) << at;

        return FreeFrames == 0 ? 0 : (uint)((FreeFrames - usable) * 1000 / FreeFrames);
    }

    /// <summary>Whether both say the same.</summary>
    public static bool operator ==(FreeBlocks left, FreeBlocks right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(FreeBlocks left, FreeBlocks right) => !left.Equals(right);

    /// <inheritdoc/>
    public readonly bool Equals(FreeBlocks other)
    {
        bool same = FreeFrames == other.FreeFrames && LongestRun == other.LongestRun;
        for (int order = 0; same && order <= FrameRequest.MaxOrder; order++)
            same = _blocks[order] == other._blocks[order];

        return same;
    }

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is FreeBlocks other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => AddressHash.Of(FreeFrames, LongestRun);

    internal void Add(int order) => _blocks[order]++;

    [InlineArray(FrameRequest.MaxOrder + 1)]
    private struct Counts
    {
        private ulong _first;
    }
}

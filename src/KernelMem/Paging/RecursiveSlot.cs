using System;
using KernelMem.Addresses;
using KernelMem.Failures;

namespace KernelMem.Paging;

/// <summary>
/// An entry of the root table that references the root table itself. A walk through it ends one level early, so that the tables of the
/// current address space show as pages, at addresses that follow from what they translate.
/// </summary>
public readonly struct RecursiveSlot : IEquatable<RecursiveSlot>
{
    private RecursiveSlot(int index, AddressWidth width)
    {
        Index = index;
        Width = width;
    }

    /// <summary>Which entry of the root: 0 to 511.</summary>
    public int Index { get; }

    /// <summary>How wide addresses are.</summary>
    public AddressWidth Width { get; }

    /// <summary>The addresses at which tables show: 512 GiB, or 256 TiB with five levels. Nothing else can be mapped there.</summary>
    public VirtRange Range
    {
        get
        {
            ulong span = Width.RootLevel().EntrySpan();
            return VirtRange.CreateUnchecked(VirtAddr.CreateUnchecked(Canonical.SignExtend((ulong)Index * span, Width)), span);
        }
    }

    /// <summary>Names an entry. Panics unless the index is 0 to 511.</summary>
    public static RecursiveSlot Create(int index, AddressWidth width)
    {
        Panic.Assert(index is >= 0 and < TableIndex.Count, "RecursiveSlot: a root has entries 0 to 511");
        return new RecursiveSlot(index, width);
    }

    /// <summary>Whether both are the same entry.</summary>
    public static bool operator ==(RecursiveSlot left, RecursiveSlot right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(RecursiveSlot left, RecursiveSlot right) => !left.Equals(right);

    /// <summary>Where the table of a level shows that translates an address. It can be read if all tables above it are there.</summary>
    /// <param name="level">The level of the table. Panics above the root's.</param>
    /// <param name="address">Any address.</param>
    public VirtAddr TableAt(PageTableLevel level, VirtAddr address)
    {
        PageTableLevel root = Width.RootLevel();
        Panic.Assert(level >= PageTableLevel.Pt && level <= root, "RecursiveSlot.TableAt: no such level");

        // As many times through the slot as the walk shall end early; the indices of the address move down by as many places.
        ulong moved = (address.Value & ((1UL << Width.BitCount()) - 1)) >> (9 * (int)level);
        for (PageTableLevel taken = root; (int)taken > (int)root - (int)level; taken--)
            moved |= (ulong)Index << taken.IndexShift();
        return VirtAddr.CreateUnchecked(Canonical.SignExtend(moved & ~(Frame.Size - 1), Width));
    }

    /// <inheritdoc/>
    public bool Equals(RecursiveSlot other) => Index == other.Index && Width == other.Width;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RecursiveSlot other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (Index << 1) | (int)Width;
}

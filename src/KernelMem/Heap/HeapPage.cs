using System.Numerics;
using System.Runtime.InteropServices;
using KernelMem.Annotations;

namespace KernelMem.Heap;

/// <summary>What a page that is in use is for. Whether it is in use, <see cref="HeapChunk.Used"/> says.</summary>
internal enum HeapPageState : byte
{
    /// <summary>Not in use; what a fresh descriptor says.</summary>
    Free = 0,

    /// <summary>The first page of a run that is just being mapped: nothing is there yet.</summary>
    Reserved,

    /// <summary>A page of objects of one size class.</summary>
    Slab,

    /// <summary>The first page of a block of whole pages.</summary>
    Block,

    /// <summary>A further page of a run, whatever the run is.</summary>
    Rest,

    /// <summary>The first page of a run that is just being unmapped: other CPUs may still reach it.</summary>
    Releasing,
}

/// <summary>The descriptor of a page.</summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
[ExpectedSize(Bytes)]
internal unsafe struct HeapPage
{
    /// <summary>The size of a descriptor: 64 of them fill a frame.</summary>
    public const int Bytes = 64;

    private const int WordBits = 64;

    // A bit for each object of a slab: set while it is allocated. Four words, for 256 objects of 16 bytes.
    private ulong _objects;
    private ulong _objects1;
    private ulong _objects2;
    private ulong _objects3;

    /// <summary>A slab's neighbours in the list of partial slabs of its class, or <see cref="HeapPageMap.None"/>.</summary>
    public int Next;

    /// <inheritdoc cref="Next"/>
    public int Previous;

    /// <summary>The pages of a run, in its first one; the distance to the first one, in the others.</summary>
    public int Count;

    /// <summary>How many objects of a slab are allocated.</summary>
    public ushort Live;

    /// <summary>What it is for.</summary>
    public HeapPageState State;

    /// <summary>A slab's size class.</summary>
    public byte Class;

    /// <summary>Becomes a slab with nothing allocated.</summary>
    public void BecomeSlab(int sizeClass) => this = new HeapPage
    {
        State = HeapPageState.Slab,
        Class = (byte)sizeClass,
        Count = 1,
        Next = HeapPageMap.None,
        Previous = HeapPageMap.None,
    };

    /// <summary>Whether an object is allocated.</summary>
    public readonly bool IsAllocated(int index)
    {
        fixed (ulong* words = &_objects)
            return (Word(words, index) & Bit(index)) != 0;
    }

    /// <summary>Allocates the first free object. There is one.</summary>
    public int Allocate()
    {
        // SAFETY: the four words follow each other; a slab with a free object has a clear bit among them, lower than any beyond its end.
        fixed (ulong* words = &_objects)
        {
            int word = 0;
            while (words[word] == ulong.MaxValue)
                word++;
            int bit = BitOperations.TrailingZeroCount(~words[word]);
            words[word] |= 1UL << bit;
            Live++;
            return word * WordBits + bit;
        }
    }

    /// <summary>Frees an object that is allocated.</summary>
    public void Free(int index)
    {
        fixed (ulong* words = &_objects)
            Word(words, index) &= ~Bit(index);
        Live--;
    }

    /// <summary>How many of the first <paramref name="count"/> objects are allocated; -1 if a bit beyond them is set.</summary>
    public readonly int CountAllocated(int count)
    {
        int allocated = 0;
        for (int index = 0; index < 4 * WordBits; index++)
        {
            if (!IsAllocated(index))
                continue;
            if (index >= count)
                return -1;
            allocated++;
        }

        return allocated;
    }

    // SAFETY: an index is below 256, for a page has no more objects.
    private static ref ulong Word(ulong* words, int index) => ref words[index / WordBits];

    private static ulong Bit(int index) => 1UL << (index % WordBits);
}

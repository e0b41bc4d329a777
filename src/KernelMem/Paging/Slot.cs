using System.Runtime.CompilerServices;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>The place of one entry in a table. Every access is one atomic 64-bit access: the processor reads and writes entries at any time.</summary>
internal readonly unsafe struct Slot
{
    private readonly ulong* _place;

    public Slot(ulong* place) => _place = place;

    /// <summary>Whether this is no place: what is above the root.</summary>
    public bool IsNone => _place == null;

    public bool IsSameAs(Slot other) => _place == other._place;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Load() => Atomic.Load(in *_place);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ulong entry) => Atomic.Store(ref *_place, entry);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Exchange(ulong entry) => Atomic.Exchange(ref *_place, entry);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReplace(ulong expected, ulong entry) => Atomic.TryCompareExchange(ref *_place, expected, entry);

    /// <summary>Sets bits, and leaves the others as they are, also those that the processor is just setting.</summary>
    public void Set(ulong bits) => Atomic.FetchOr(ref *_place, bits);

    /// <summary>Clears bits.</summary>
    /// <returns>The entry before that.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Clear(ulong bits) => Atomic.FetchAnd(ref *_place, ~bits);
}

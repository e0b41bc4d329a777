using System.Runtime.CompilerServices;
using System.Threading;

// The one file that may use these: everywhere else, shared memory is reached through Atomic.
#pragma warning disable RS0030

namespace KernelMem.Platform;

/// <summary>
/// The one seam for memory that another CPU or an interrupt can see. Every such access of the library is one of these, so that
/// it can be found, and so that tests can put a scheduler in this file's place and explore interleavings.
/// </summary>
/// <remarks>
/// <para><b>Load</b> acquires: nothing after it happens before it. <b>Store</b> releases: nothing before it happens after it.
/// On x86-64 both are plain moves, and a store may still be overtaken by a later load from elsewhere (Intel SDM Vol. 3A, "Loads
/// May Be Reordered with Earlier Stores to Different Locations"); where that matters, put a <see cref="Fence"/> between them.
/// </para>
/// <para>Everything else reads and writes in one indivisible step and is a full barrier. Locations must be naturally aligned.
/// </para>
/// </remarks>
public static class Atomic
{
    /// <summary>A full barrier: what comes before is visible to all CPUs before anything that comes after happens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fence() => Interlocked.MemoryBarrier();

    /// <summary>Reads, acquiring.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Load(ref readonly uint location) => Volatile.Read(in location);

    /// <summary>Writes, releasing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref uint location, uint value) => Volatile.Write(ref location, value);

    /// <summary>Writes <paramref name="desired"/> if the location holds <paramref name="expected"/>.</summary>
    /// <returns>What the location held before: <paramref name="expected"/> exactly if it was written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint CompareExchange(ref uint location, uint expected, uint desired) =>
        Interlocked.CompareExchange(ref location, desired, expected);

    /// <summary>Writes <paramref name="desired"/> if the location holds <paramref name="expected"/>.</summary>
    /// <returns>Whether it was written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCompareExchange(ref uint location, uint expected, uint desired) =>
        CompareExchange(ref location, expected, desired) == expected;

    /// <summary>Writes.</summary>
    /// <returns>What the location held before.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Exchange(ref uint location, uint value) => Interlocked.Exchange(ref location, value);

    /// <summary>Adds; wraps around at the ends, as counters and tickets want.</summary>
    /// <returns>What the location held before.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint FetchAdd(ref uint location, uint value) => unchecked(Interlocked.Add(ref location, value) - value);

    /// <summary>Sets the bits of <paramref name="bits"/>.</summary>
    /// <returns>What the location held before.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint FetchOr(ref uint location, uint bits) => Interlocked.Or(ref location, bits);

    /// <summary>Clears the bits that are not in <paramref name="bits"/>.</summary>
    /// <returns>What the location held before.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint FetchAnd(ref uint location, uint bits) => Interlocked.And(ref location, bits);

    /// <summary>Reads, acquiring.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Load(ref readonly ulong location) => Volatile.Read(in location);

    /// <summary>Writes, releasing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref ulong location, ulong value) => Volatile.Write(ref location, value);

    /// <summary>Writes <paramref name="desired"/> if the location holds <paramref name="expected"/>.</summary>
    /// <returns>What the location held before: <paramref name="expected"/> exactly if it was written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong CompareExchange(ref ulong location, ulong expected, ulong desired) =>
        Interlocked.CompareExchange(ref location, desired, expected);

    /// <summary>Writes <paramref name="desired"/> if the location holds <paramref name="expected"/>.</summary>
    /// <returns>Whether it was written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCompareExchange(ref ulong location, ulong expected, ulong desired) =>
        CompareExchange(ref location, expected, desired) == expected;

    /// <summary>Writes.</summary>
    /// <returns>What the location held before.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Exchange(ref ulong location, ulong value) => Interlocked.Exchange(ref location, value);

    /// <summary>Adds; wraps around at the ends, as counters and tickets want.</summary>
    /// <returns>What the location held before.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong FetchAdd(ref ulong location, ulong value) => unchecked(Interlocked.Add(ref location, value) - value);

    /// <summary>Sets the bits of <paramref name="bits"/>.</summary>
    /// <returns>What the location held before.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong FetchOr(ref ulong location, ulong bits) => Interlocked.Or(ref location, bits);

    /// <summary>Clears the bits that are not in <paramref name="bits"/>.</summary>
    /// <returns>What the location held before.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong FetchAnd(ref ulong location, ulong bits) => Interlocked.And(ref location, bits);

    /// <summary>Reads, acquiring.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Load(ref readonly int location) => Volatile.Read(in location);

    /// <summary>Writes, releasing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref int location, int value) => Volatile.Write(ref location, value);

    /// <summary>Writes <paramref name="desired"/> if the location holds <paramref name="expected"/>.</summary>
    /// <returns>What the location held before: <paramref name="expected"/> exactly if it was written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CompareExchange(ref int location, int expected, int desired) =>
        Interlocked.CompareExchange(ref location, desired, expected);

    /// <summary>Writes <paramref name="desired"/> if the location holds <paramref name="expected"/>.</summary>
    /// <returns>Whether it was written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCompareExchange(ref int location, int expected, int desired) =>
        CompareExchange(ref location, expected, desired) == expected;

    /// <summary>Writes.</summary>
    /// <returns>What the location held before.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Exchange(ref int location, int value) => Interlocked.Exchange(ref location, value);

    /// <summary>Adds; wraps around at the ends, as counters and tickets want.</summary>
    /// <returns>What the location held before.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FetchAdd(ref int location, int value) => unchecked(Interlocked.Add(ref location, value) - value);

    /// <summary>Reads, acquiring.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Load(ref readonly ushort location) => Volatile.Read(in location);

    /// <summary>Writes, releasing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref ushort location, ushort value) => Volatile.Write(ref location, value);

    /// <summary>Reads, acquiring.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Load(ref readonly byte location) => Volatile.Read(in location);

    /// <summary>Writes, releasing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref byte location, byte value) => Volatile.Write(ref location, value);

    /// <summary>Writes <paramref name="desired"/> if the location holds <paramref name="expected"/>.</summary>
    /// <returns>What the location held before: <paramref name="expected"/> exactly if it was written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte CompareExchange(ref byte location, byte expected, byte desired) =>
        Interlocked.CompareExchange(ref location, desired, expected);

    /// <summary>Writes <paramref name="desired"/> if the location holds <paramref name="expected"/>.</summary>
    /// <returns>Whether it was written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCompareExchange(ref byte location, byte expected, byte desired) =>
        CompareExchange(ref location, expected, desired) == expected;

    /// <summary>Reads, acquiring.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Load(ref readonly bool location) => Volatile.Read(in location);

    /// <summary>Writes, releasing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref bool location, bool value) => Volatile.Write(ref location, value);

    /// <summary>Reads, acquiring.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint Load(ref readonly nuint location) => Volatile.Read(in location);

    /// <summary>Writes, releasing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref nuint location, nuint value) => Volatile.Write(ref location, value);
}

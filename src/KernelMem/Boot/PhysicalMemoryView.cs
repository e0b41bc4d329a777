using System;
using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Boot;

/// <summary>
/// A range of physical memory that can be read through a pointer. Every read is checked against the range, whatever
/// number it is asked for, so a reader of untrusted tables cannot leave it.
/// </summary>
/// <remarks>
/// In a kernel the view is the direct map, or the identity map the boot stub left; in a test it is a buffer that
/// pretends to lie at some physical address. <c>default</c> is an empty window: nothing can be read.
/// </remarks>
public readonly unsafe struct PhysicalMemoryView
{
    private readonly byte* _view;

    private PhysicalMemoryView(byte* view, PhysRange range)
    {
        _view = view;
        Range = range;
    }

    /// <summary>The physical memory that can be read.</summary>
    public PhysRange Range { get; }

    /// <summary>Makes a window.</summary>
    /// <param name="view">
    /// Where the first byte of <paramref name="range"/> is mapped. May be null where physical address zero is mapped at
    /// virtual address zero.
    /// </param>
    /// <param name="range">The physical memory behind the view; all of it is mapped, readable, and stays so.</param>
    public static PhysicalMemoryView Create(byte* view, PhysRange range)
    {
        Panic.Assert(range.Length <= ulong.MaxValue - (ulong)view, "A physical window must not wrap around the address space");
        return new PhysicalMemoryView(view, range);
    }

    /// <summary>A window on all that a direct map maps.</summary>
    public static PhysicalMemoryView Create(DirectMap map) =>
        Create((byte*)map.Base.Value, PhysRange.Create(PhysAddr.Zero, map.Length));

    /// <summary>The bytes of a physical range, if all of them are inside the window.</summary>
    /// <param name="range">The range wanted, at most 2 GiB.</param>
    /// <param name="bytes">The bytes, in place (not a copy); empty on failure.</param>
    /// <returns>Whether the range is inside the window and fits a span.</returns>
    public bool TryGetBytes(PhysRange range, out ReadOnlySpan<byte> bytes)
    {
        if (!Contains(range.Start.Value, range.Length) || range.Length > int.MaxValue)
        {
            bytes = default;
            return false;
        }

        // SAFETY: the range lies in the window, whose maker vouched that it is mapped.
        bytes = new ReadOnlySpan<byte>(At(range.Start.Value), (int)range.Length);
        return true;
    }

    /// <summary>A window on a part of this one, if all of the part is inside.</summary>
    internal bool TryNarrow(PhysRange range, out PhysicalMemoryView part)
    {
        bool inside = Contains(range.Start.Value, range.Length);

        // SAFETY: the part lies in the window, whose maker vouched that it is mapped.
        part = inside ? new PhysicalMemoryView(At(range.Start.Value), range) : default;
        return inside;
    }

    // The tables of a boot loader hold raw numbers: these take any of them.

    internal bool Contains(ulong address, ulong length)
    {
        ulong start = Range.Start.Value;
        if (address < start)
            return false;

        ulong offset = address - start;
        return offset <= Range.Length && length <= Range.Length - offset;
    }

    internal bool TryReadByte(ulong address, out byte value)
    {
        if (!Contains(address, sizeof(byte)))
        {
            value = 0;
            return false;
        }

        // SAFETY: just checked to be inside the window.
        value = *At(address);
        return true;
    }

    internal bool TryReadUInt32(ulong address, out uint value)
    {
        if (!Contains(address, sizeof(uint)))
        {
            value = 0;
            return false;
        }

        // SAFETY: just checked to be inside the window; nothing promises alignment.
        value = Unsafe.ReadUnaligned<uint>(At(address));
        return true;
    }

    internal bool TryReadUInt64(ulong address, out ulong value)
    {
        if (!Contains(address, sizeof(ulong)))
        {
            value = 0;
            return false;
        }

        // SAFETY: just checked to be inside the window; nothing promises alignment.
        value = Unsafe.ReadUnaligned<ulong>(At(address));
        return true;
    }

    private byte* At(ulong address) => _view + (address - Range.Start.Value);
}

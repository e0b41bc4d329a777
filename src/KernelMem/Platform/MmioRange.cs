using System;
using KernelMem.Addresses;
using KernelMem.Failures;

namespace KernelMem.Platform;

/// <summary>Where a device's registers are mapped. From it come the registers: <see cref="At{T}"/>.</summary>
/// <remarks>
/// Map the range uncacheable (<c>MemoryManager.MapDevice</c>): the accessors make one access of each call, and only an uncacheable mapping
/// brings it to the device, in order.
/// </remarks>
public readonly struct MmioRange : IEquatable<MmioRange>
{
    private MmioRange(VirtRange range) => Range = range;

    /// <summary>The addresses. Empty in <c>default</c>, which has no registers.</summary>
    public VirtRange Range { get; }

    /// <summary>The registers at a mapping. The caller vouches for it: it maps a device, and stays.</summary>
    public static MmioRange Create(VirtRange range) => new(range);

    /// <summary>
    /// A register. Panics unless it lies in the range, at a multiple of its size, and <typeparamref name="T"/> has 1, 2, 4 or 8 bytes.
    /// </summary>
    /// <param name="offset">Where it is, in bytes from the start of the range.</param>
    /// <typeparam name="T">What it holds: an unsigned number, or a bit layout of that size.</typeparam>
    public Mmio<T> At<T>(ulong offset)
        where T : unmanaged
    {
        if (!TryAt(offset, out Mmio<T> register))
            Panic.Now("MmioRange: no register can be there: outside, misaligned, or of no size that an access has");
        return register;
    }

    /// <summary>A register, where the offset comes from the device or its description.</summary>
    /// <param name="offset">Where it is, in bytes from the start of the range.</param>
    /// <param name="register">The register, if there can be one.</param>
    /// <typeparam name="T">What it holds: an unsigned number, or a bit layout of that size.</typeparam>
    /// <returns>Whether it lies in the range, at a multiple of its size, and <typeparamref name="T"/> has 1, 2, 4 or 8 bytes.</returns>
    public unsafe bool TryAt<T>(ulong offset, out Mmio<T> register)
        where T : unmanaged
    {
        ulong bytes = (ulong)sizeof(T);
        bool valid = bytes is 1 or 2 or 4 or 8
            && offset < Range.Length
            && Range.Length - offset >= bytes
            && ((Range.Start.Value + offset) & (bytes - 1)) == 0;

        // SAFETY: the register lies in the range, whose maker vouches for the mapping.
        register = valid ? new Mmio<T>((void*)(Range.Start.Value + offset)) : default;
        return valid;
    }

    /// <summary>The registers of a part, those of one of several channels for instance. Panics unless it lies in the range.</summary>
    /// <param name="offset">Where it starts, in bytes from the start of the range.</param>
    /// <param name="length">How long it is, in bytes.</param>
    public MmioRange Part(ulong offset, ulong length)
    {
        Panic.Assert(offset <= Range.Length && length <= Range.Length - offset, "MmioRange: the part reaches beyond the range");
        VirtAddr start = length == 0 ? Range.Start : VirtAddr.CreateUnchecked(Range.Start.Value + offset);
        return new MmioRange(VirtRange.CreateUnchecked(start, length));
    }

    /// <summary>Whether both are the same addresses.</summary>
    public static bool operator ==(MmioRange left, MmioRange right) => left.Equals(right);

    /// <summary>Whether the addresses differ.</summary>
    public static bool operator !=(MmioRange left, MmioRange right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(MmioRange other) => Range.Start == other.Range.Start && Range.Length == other.Range.Length;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MmioRange other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => AddressHash.Of(Range.Start.Value, Range.Length);
}

using System;
using KernelMem.Addresses;
using KernelMem.Annotations;

namespace KernelMem.Platform;

/// <summary>
/// A register of a device. Each call of an accessor is the accesses that it says: none is left out, repeated, merged or torn. Made by
/// <see cref="MmioRange.At{T}"/>, which checks; using <c>default</c> faults.
/// </summary>
/// <remarks>
/// Accesses of one CPU to uncacheable registers reach the device in order (Intel SDM Vol. 3A §11.3). A device may itself answer late: read
/// a register of it to be sure that it has taken a write.
/// </remarks>
/// <typeparam name="T">What it holds: an unsigned number or a bit layout, of 1, 2, 4 or 8 bytes.</typeparam>
public readonly unsafe struct Mmio<T> : IEquatable<Mmio<T>>
    where T : unmanaged
{
    private readonly void* _address;

    internal Mmio([DeviceOwned] void* address) => _address = address;

    /// <summary>Where it is.</summary>
    public VirtAddr Address => VirtAddr.CreateUnchecked((ulong)_address);

    // SAFETY of the four accessors: MmioRange checked size, place and alignment; sizeof(T) is known when this is compiled, and one branch
    // is left.

    /// <summary>Reads: one access of the register's size.</summary>
    public T Read()
    {
        if (sizeof(T) == sizeof(byte))
        {
            byte narrow = Atomic.Load(in *(byte*)_address);
            return *(T*)&narrow;
        }

        if (sizeof(T) == sizeof(ushort))
        {
            ushort half = Atomic.Load(in *(ushort*)_address);
            return *(T*)&half;
        }

        if (sizeof(T) == sizeof(uint))
        {
            uint word = Atomic.Load(in *(uint*)_address);
            return *(T*)&word;
        }

        ulong wide = Atomic.Load(in *(ulong*)_address);
        return *(T*)&wide;
    }

    /// <summary>Writes: one access of the register's size.</summary>
    public void Write(T value)
    {
        if (sizeof(T) == sizeof(byte))
            Atomic.Store(ref *(byte*)_address, *(byte*)&value);
        else if (sizeof(T) == sizeof(ushort))
            Atomic.Store(ref *(ushort*)_address, *(ushort*)&value);
        else if (sizeof(T) == sizeof(uint))
            Atomic.Store(ref *(uint*)_address, *(uint*)&value);
        else
            Atomic.Store(ref *(ulong*)_address, *(ulong*)&value);
    }

    /// <summary>
    /// Reads, and writes back with these bits set: two accesses, between which the device, an interrupt or another CPU may change it. Not
    /// for registers whose bits are cleared by writing 1.
    /// </summary>
    public void Set(T bits)
    {
        ulong all = Widen(Read()) | Widen(bits);
        Write(*(T*)&all);
    }

    /// <summary>
    /// Reads, and writes back with these bits clear: two accesses, between which the device, an interrupt or another CPU may change it. Not
    /// for registers whose bits are cleared by writing 1.
    /// </summary>
    public void Clear(T bits)
    {
        ulong rest = Widen(Read()) & ~Widen(bits);
        Write(*(T*)&rest);
    }

    /// <summary>Whether both are the same register.</summary>
    public static bool operator ==(Mmio<T> left, Mmio<T> right) => left._address == right._address;

    /// <summary>Whether they are different registers.</summary>
    public static bool operator !=(Mmio<T> left, Mmio<T> right) => left._address != right._address;

    /// <inheritdoc/>
    public bool Equals(Mmio<T> other) => _address == other._address;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Mmio<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Address.GetHashCode();

    // The value's bytes are the lowest ones of the number, and the rest is zero (x86 is little-endian).
    private static ulong Widen(T value)
    {
        ulong wide = 0;
        *(T*)&wide = value;
        return wide;
    }
}

using System.Diagnostics;
using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Failures;

namespace KernelMem.Platform;

/// <summary>
/// Physical memory as the code can touch it: the bytes from physical zero on appear, in order, from a virtual base on.
/// </summary>
/// <remarks>
/// In a kernel the base is that of its direct map, e.g. 0xFFFF_8000_0000_0000; in a host process it is wherever the simulated
/// memory happens to be. A value: components take it when they are made.
/// </remarks>
[DebuggerDisplay("physical 0 at {Base}, {Length} bytes")]
public readonly struct DirectMap
{
    private readonly VirtRange _range;

    private DirectMap(VirtRange range) => _range = range;

    /// <summary>Where physical address zero appears.</summary>
    public VirtAddr Base => _range.Start;

    /// <summary>How many bytes of physical memory, from zero on, are mapped.</summary>
    public ulong Length => _range.Length;

    /// <summary>All virtual addresses of the map.</summary>
    public VirtRange Range => _range;

    /// <summary>A map. Panics when it leaves its half of the address space or maps more than 2^52 bytes.</summary>
    public static DirectMap Create(VirtAddr start, ulong length)
    {
        if (!TryCreate(start, length, out DirectMap map))
            Panic.Now("DirectMap: leaves its half of the address space, or exceeds 52 bits");
        return map;
    }

    /// <summary>
    /// A map, unless it leaves its half of the address space (57 bits; a 48-bit start that would run into wider addresses is
    /// refused) or maps more than 2^52 bytes.
    /// </summary>
    public static bool TryCreate(VirtAddr start, ulong length, out DirectMap map)
    {
        AddressWidth width = start.IsCanonical(AddressWidth.Bits48) ? AddressWidth.Bits48 : AddressWidth.Bits57;
        bool valid = VirtRange.TryCreate(start, length, width, out VirtRange range) && length <= PhysAddr.Limit;
        map = valid ? new DirectMap(range) : default;
        return valid;
    }

    /// <summary>Where a physical address appears. Panics when it is not mapped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public VirtAddr ToVirtual(PhysAddr address)
    {
        if (!TryToVirtual(address, out VirtAddr result))
            Panic.Now("DirectMap: the physical address is not mapped");
        return result;
    }

    /// <summary>Where a physical address appears.</summary>
    /// <returns>False when it is not mapped.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryToVirtual(PhysAddr address, out VirtAddr result)
    {
        bool mapped = address.Value < Length;
        result = mapped ? VirtAddr.CreateUnchecked(Base.Value + address.Value) : default;
        return mapped;
    }

    /// <summary>Where a range of physical memory appears.</summary>
    /// <returns>False when not all of it is mapped.</returns>
    public bool TryToVirtual(PhysRange range, out VirtRange result)
    {
        bool mapped = range.EndExclusive <= Length;
        result = mapped ? VirtRange.CreateUnchecked(VirtAddr.CreateUnchecked(Base.Value + range.Start.Value), range.Length) : default;
        return mapped;
    }

    /// <summary>The physical address that appears at a virtual one. Panics when that is not in the map.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhysAddr ToPhysical(VirtAddr address)
    {
        if (!TryToPhysical(address, out PhysAddr result))
            Panic.Now("DirectMap: the virtual address is not in the map");
        return result;
    }

    /// <summary>The physical address that appears at a virtual one.</summary>
    /// <returns>False when that is not in the map.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryToPhysical(VirtAddr address, out PhysAddr result)
    {
        bool mapped = _range.Contains(address);
        result = mapped ? PhysAddr.CreateUnchecked(address.Value - Base.Value) : default;
        return mapped;
    }

    /// <summary>
    /// A pointer to the <typeparamref name="T"/> at a physical address. Panics when not all of its bytes are mapped. Whether it
    /// is aligned for <typeparamref name="T"/> is the caller's care.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe T* ToPointer<T>(PhysAddr address)
        where T : unmanaged
    {
        if (address.Value >= Length || Length - address.Value < (ulong)sizeof(T))
            Panic.Now("DirectMap: the object is not mapped");
        return (T*)(Base.Value + address.Value);
    }
}

using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Simulation;

/// <summary>
/// Physical memory from address zero on. It is sparse: the host gives real memory only to pages that were written, so that
/// 64 GiB fit a small one. Untouched memory reads as zeros.
/// </summary>
/// <remarks>Code under test may reach it without the MMU, as a kernel does: through <see cref="DirectMap"/>.</remarks>
public sealed unsafe partial class SimulatedMemory : IDisposable
{
    /// <summary>The greatest size: 64 GiB.</summary>
    public const ulong MaxLength = 64UL << 30;

    private const ulong FrameBytes = 4096;
    private const int ReadWrite = 0x1 | 0x2; // PROT_READ | PROT_WRITE
    private const int PrivateAnonymousNoReserve = 0x02 | 0x20 | 0x4000; // MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE

    private byte* _start;

    /// <summary>Memory of a size.</summary>
    /// <param name="length">Bytes: a multiple of 4096, from 4096 to <see cref="MaxLength"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is none of those.</exception>
    /// <exception cref="InvalidOperationException">The host has no room in its address space.</exception>
    public SimulatedMemory(ulong length)
    {
        if (length is 0 or > MaxLength || length % FrameBytes != 0)
            throw new ArgumentOutOfRangeException(nameof(length), length, "1 frame to 64 GiB, in whole frames of 4096 bytes");
        Length = length;
        _start = Reserve((nuint)length);
    }

    /// <summary>How many bytes there are, from physical address zero on.</summary>
    public ulong Length { get; }

    /// <summary>The memory as the code under test can touch it: host pointers.</summary>
    public DirectMap DirectMap => DirectMap.Create(VirtAddr.FromPointer(Start), Length);

    private byte* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(_start == null, this);
            return _start;
        }
    }

    /// <summary>Whether <paramref name="length"/> bytes from <paramref name="address"/> on are all there.</summary>
    public bool Contains(PhysAddr address, ulong length) => address.Value <= Length && length <= Length - address.Value;

    /// <summary>Reads an object. Naturally aligned ones of up to 8 bytes are read at once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not all of it is there.</exception>
    public T Read<T>(PhysAddr address)
        where T : unmanaged => Unsafe.ReadUnaligned<T>(Locate(address, (ulong)sizeof(T))); // SAFETY: Locate checked the bounds

    /// <summary>Writes an object. Naturally aligned ones of up to 8 bytes are written at once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not all of its place is there.</exception>
    public void Write<T>(PhysAddr address, T value)
        where T : unmanaged => Unsafe.WriteUnaligned(Locate(address, (ulong)sizeof(T)), value); // SAFETY: Locate checked the bounds

    /// <summary>Bytes of the memory, in place. Do not use them after <see cref="Dispose"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not all of them are there.</exception>
    public Span<byte> Bytes(PhysAddr address, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new Span<byte>(Locate(address, (ulong)length), length); // SAFETY: Locate checked the bounds
    }

    /// <summary>
    /// Replaces the 8 bytes at <paramref name="address"/> if they still are <paramref name="expected"/>, in one step (LOCK CMPXCHG).
    /// </summary>
    /// <returns>Whether they were.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The address is not a multiple of 8, or not there.</exception>
    public bool CompareExchange(PhysAddr address, ulong expected, ulong replacement)
    {
        if (address.Value % sizeof(ulong) != 0)
            throw new ArgumentOutOfRangeException(nameof(address), "not a multiple of 8");

        // SAFETY: Locate checked the bounds; the alignment was checked above.
        ref ulong place = ref *(ulong*)Locate(address, sizeof(ulong));
        return Interlocked.CompareExchange(ref place, replacement, expected) == expected;
    }

    /// <summary>Gives the memory back to the host. Pointers into it are invalid from then on.</summary>
    public void Dispose()
    {
        byte* start = _start;
        _start = null;
        if (start == null)
            return;
        if (OperatingSystem.IsLinux())
            _ = Unmap(start, (nuint)Length);
        else
            NativeMemory.Free(start);
    }

    private byte* Locate(PhysAddr address, ulong length)
    {
        byte* start = Start;
        if (!Contains(address, length))
        {
            throw new ArgumentOutOfRangeException(
                nameof(address), $"0x{address.Value:X} + {length} bytes is outside {Length} bytes of physical memory");
        }

        return start + address.Value;
    }

    private static byte* Reserve(nuint length)
    {
        if (!OperatingSystem.IsLinux())
            return (byte*)NativeMemory.AllocZeroed(length); // other hosts commit lazily, or refuse great sizes

        void* mapping = Map(null, length, ReadWrite, PrivateAnonymousNoReserve, -1, 0);
        if ((nint)mapping == -1)
            throw new InvalidOperationException($"the host has no room for {length} bytes of simulated memory");
        return (byte*)mapping;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unmap(void* address, nuint length);
}

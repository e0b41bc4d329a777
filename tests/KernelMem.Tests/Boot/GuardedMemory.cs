using System;
using System.Runtime.InteropServices;

namespace KernelMem.Tests.Boot;

/// <summary>
/// Memory with an inaccessible page on either side. It lies right against one of them, so that a read or write past that end
/// ends the test run instead of going unnoticed.
/// </summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int PageBytes = 4096;
    private const int ProtNone = 0;
    private const int ProtReadWrite = 3;
    private const int MapPrivateAnonymous = 0x22;

    private readonly byte* _mapping;
    private readonly nuint _mappedBytes;

    private GuardedMemory(byte* mapping, nuint mappedBytes, byte* start, int length)
    {
        _mapping = mapping;
        _mappedBytes = mappedBytes;
        Start = start;
        Length = length;
    }

    public byte* Start { get; }

    public int Length { get; }

    public Span<byte> Bytes => new(Start, Length);

    /// <summary>The guard page follows the last byte.</summary>
    public static GuardedMemory AgainstEnd(int length) => Create(length, atEnd: true);

    /// <summary>The guard page precedes the first byte.</summary>
    public static GuardedMemory AgainstStart(int length) => Create(length, atEnd: false);

    public void Dispose()
    {
        if (!OperatingSystem.IsLinux())
            NativeMemory.Free(_mapping);
        else if (Unmap(_mapping, _mappedBytes) != 0)
            throw new InvalidOperationException("guarded memory was not mapped");
    }

    private static GuardedMemory Create(int length, bool atEnd)
    {
        int pages = (length + PageBytes - 1) / PageBytes;
        nuint bytes = (nuint)(pages + 2) * PageBytes;
        byte* mapping;
        if (OperatingSystem.IsLinux())
        {
            mapping = (byte*)Map(null, bytes, ProtNone, MapPrivateAnonymous, -1, 0);
            if ((nint)mapping == -1 || (pages > 0 && Protect(mapping + PageBytes, (nuint)pages * PageBytes, ProtReadWrite) != 0))
                throw new InvalidOperationException("no guarded memory");
        }
        else
        {
            mapping = (byte*)NativeMemory.AllocZeroed(bytes); // unguarded: other systems still check the results
        }

        byte* first = mapping + PageBytes;
        byte* start = atEnd ? first + pages * PageBytes - length : first;
        return new GuardedMemory(mapping, bytes, start, length);
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);
}

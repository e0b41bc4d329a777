using System;
using System.Diagnostics;
using KernelMem.AddressSpaces;
using KernelMem.Boot;
using KernelMem.Frames;
using KernelMem.Heap;
using KernelMem.Paging;

namespace KernelMem;

/// <summary>Which floor of the library a <see cref="MemoryFailure"/> comes from.</summary>
public enum MemoryFailureSource : byte
{
    /// <summary>None: a default value.</summary>
    None = 0,

    /// <summary>The manager itself: the call came before the state that it needs, or twice.</summary>
    Order,

    /// <summary>The memory map; the code is a <see cref="MemoryMapError"/>.</summary>
    MemoryMap,

    /// <summary>The early allocator; the code is an <see cref="EarlyAllocatorError"/>.</summary>
    Early,

    /// <summary>The frame allocator; the code is a <see cref="FrameError"/>.</summary>
    Frames,

    /// <summary>The page tables; the code is a <see cref="MapError"/>.</summary>
    Paging,

    /// <summary>An address space; the code is a <see cref="AddressSpaceError"/>.</summary>
    Space,

    /// <summary>The heap; the code is a <see cref="HeapError"/>.</summary>
    Heap,
}

/// <summary>
/// Why the memory manager did not do as asked: the error of the floor concerned. Ask <c>failure == FrameError.OutOfMemory</c> and the
/// like, or print <see cref="Message"/>.
/// </summary>
[DebuggerDisplay("{Message}")]
public readonly struct MemoryFailure : IEquatable<MemoryFailure>
{
    private MemoryFailure(MemoryFailureSource source, byte code)
    {
        Source = source;
        Code = code;
    }

    /// <summary>The call came before the state that it needs, or a step of the initialisation came twice.</summary>
    public static MemoryFailure OutOfOrder => new(MemoryFailureSource.Order, 1);

    /// <summary>Which floor it comes from.</summary>
    public MemoryFailureSource Source { get; }

    /// <summary>The number of the error in that floor's enumeration.</summary>
    public byte Code { get; }

    /// <summary>Whether frames, or memory for the library's books, have run out: freeing some helps.</summary>
    public bool IsOutOfMemory =>
        this == FrameError.OutOfMemory || this == MapError.OutOfMemory || this == AddressSpaceError.OutOfMemory || this == HeapError.OutOfMemory
        || this == EarlyAllocatorError.OutOfMemory;

    /// <summary>A sentence: a literal.</summary>
    public string Message => Source switch
    {
        MemoryFailureSource.Order => "memory manager: called out of order",
        MemoryFailureSource.MemoryMap => BootErrors.Message((MemoryMapError)Code),
        MemoryFailureSource.Early => BootErrors.Message((EarlyAllocatorError)Code),
        MemoryFailureSource.Frames => FrameErrors.Message((FrameError)Code),
        MemoryFailureSource.Paging => PagingErrors.Message((MapError)Code),
        MemoryFailureSource.Space => AddressSpaceErrors.Message((AddressSpaceError)Code),
        MemoryFailureSource.Heap => HeapErrors.Message((HeapError)Code),
        _ => "memory manager: no error",
    };

    /// <summary>An error of the memory map.</summary>
    public static implicit operator MemoryFailure(MemoryMapError error) => new(MemoryFailureSource.MemoryMap, (byte)error);

    /// <summary>An error of the early allocator.</summary>
    public static implicit operator MemoryFailure(EarlyAllocatorError error) => new(MemoryFailureSource.Early, (byte)error);

    /// <summary>An error of the frame allocator.</summary>
    public static implicit operator MemoryFailure(FrameError error) => new(MemoryFailureSource.Frames, (byte)error);

    /// <summary>An error of the page tables.</summary>
    public static implicit operator MemoryFailure(MapError error) => new(MemoryFailureSource.Paging, (byte)error);

    /// <summary>An error of an address space.</summary>
    public static implicit operator MemoryFailure(AddressSpaceError error) => new(MemoryFailureSource.Space, (byte)error);

    /// <summary>An error of the heap.</summary>
    public static implicit operator MemoryFailure(HeapError error) => new(MemoryFailureSource.Heap, (byte)error);

    /// <summary>Whether both are the same error.</summary>
    public static bool operator ==(MemoryFailure left, MemoryFailure right) => left.Equals(right);

    /// <summary>Whether they are different errors.</summary>
    public static bool operator !=(MemoryFailure left, MemoryFailure right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(MemoryFailure other) => Source == other.Source && Code == other.Code;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MemoryFailure other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ((int)Source << 8) | Code;
}

using System.Diagnostics;
using KernelMem.Addresses;

namespace KernelMem.Paging;

/// <summary>Why an operation on a page failed, where, and what was there.</summary>
[DebuggerDisplay("{Code} at {Page}, entry {Existing}")]
public readonly struct MapFailure
{
    /// <summary>A failure.</summary>
    /// <param name="code">Why.</param>
    /// <param name="page">The first byte of the page concerned.</param>
    /// <param name="existing">The entry that was in the way, as the processor reads it; 0 if none was.</param>
    public MapFailure(MapError code, VirtAddr page, ulong existing = 0)
    {
        Code = code;
        Page = page;
        Existing = existing;
    }

    /// <summary>Why.</summary>
    public MapError Code { get; }

    /// <summary>The first byte of the page concerned.</summary>
    public VirtAddr Page { get; }

    /// <summary>The entry that was in the way, as the processor reads it; 0 if none was.</summary>
    public ulong Existing { get; }
}

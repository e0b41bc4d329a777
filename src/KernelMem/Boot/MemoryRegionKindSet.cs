using KernelMem.Failures;

namespace KernelMem.Boot;

/// <summary>Some of the kinds of memory. <c>default</c> is none of them.</summary>
public readonly struct MemoryRegionKindSet
{
    private readonly uint _bits;

    private MemoryRegionKindSet(uint bits) => _bits = bits;

    /// <summary>The set and one kind more. Panics if that is no kind.</summary>
    public MemoryRegionKindSet With(MemoryRegionKind kind)
    {
        Panic.Assert(kind is > MemoryRegionKind.None and <= MemoryRegionKind.BadMemory, "MemoryRegionKindSet.With: no such kind");
        return new MemoryRegionKindSet(_bits | (1u << (int)kind));
    }

    /// <summary>Whether a kind is in the set.</summary>
    public bool Contains(MemoryRegionKind kind) => kind <= MemoryRegionKind.BadMemory && (_bits & (1u << (int)kind)) != 0;
}

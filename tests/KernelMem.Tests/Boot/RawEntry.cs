using KernelMem.Boot;

namespace KernelMem.Tests.Boot;

/// <summary>One entry of a raw map, as a test makes it up.</summary>
internal readonly record struct RawEntry(ulong Start, ulong Length, MemoryRegionKind Kind)
{
    public override string ToString() => $"[0x{Start:x}+0x{Length:x} {Kind}]";
}

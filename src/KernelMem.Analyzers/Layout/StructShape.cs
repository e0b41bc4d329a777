using System.Collections.Immutable;

namespace KernelMem.Analyzers.Layout;

/// <summary>Where a struct keeps its fields: all in bytes, as the runtime lays it out on x86-64.</summary>
/// <param name="Size">What <c>sizeof</c> gives.</param>
/// <param name="Alignment">The multiple of which its place is, in another struct.</param>
/// <param name="Fields">The instance fields, in the order of their declaration.</param>
internal sealed record StructShape(long Size, long Alignment, ImmutableArray<FieldPlace> Fields);

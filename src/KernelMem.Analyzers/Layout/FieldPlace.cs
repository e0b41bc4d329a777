using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Layout;

/// <summary>One field of a <see cref="StructShape"/>.</summary>
/// <param name="Field">The field.</param>
/// <param name="Offset">Its first byte.</param>
/// <param name="Size">How many bytes it takes.</param>
internal readonly record struct FieldPlace(IFieldSymbol Field, long Offset, long Size)
{
    /// <summary>The byte after its last.</summary>
    public long End => Offset + Size;
}

using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>Someone who says what bits are: a field, or an attribute of the struct.</summary>
/// <param name="Name">Who, for messages.</param>
/// <param name="Bits">Which bits.</param>
/// <param name="Location">Where it is said, where known.</param>
/// <param name="Field">The field, if it is one.</param>
/// <param name="Unnamed">The bits, if they have no name.</param>
internal readonly record struct BitClaim(string Name, BitRange Bits, Location? Location, FieldModel? Field, UnnamedBits? Unnamed)
{
    public bool AllowsOverlap => Field is { Options.AllowsOverlap: true };

    public static BitClaim Of(FieldModel field, Location? location) => new($"'{field.Name}'", field.Bits, location, field, Unnamed: null);

    public static BitClaim Of(UnnamedBits unnamed, Location? location)
        => new(unnamed.DescribedBits, unnamed.Bits, location, Field: null, unnamed);
}

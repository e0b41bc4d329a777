using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>One field attribute on a property.</summary>
/// <param name="Kind">Which attribute it is.</param>
/// <param name="Bits">Null where the attribute's arguments do not compile.</param>
/// <param name="Attribute">The attribute itself.</param>
internal readonly record struct FieldPosition(PositionKind Kind, BitRange? Bits, AttributeData Attribute);

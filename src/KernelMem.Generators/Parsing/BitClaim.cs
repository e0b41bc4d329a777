using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>Someone who says what bits are.</summary>
/// <param name="Name">Who, for messages.</param>
/// <param name="Bits">Which bits.</param>
/// <param name="Location">Where it is said, where known.</param>
internal readonly record struct BitClaim(string Name, BitRange Bits, Location? Location);

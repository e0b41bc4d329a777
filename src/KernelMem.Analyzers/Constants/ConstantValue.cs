using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Constants;

/// <summary>A number that an expression can have.</summary>
/// <param name="Place">The expression, or the part of it, that has it: where to point.</param>
/// <param name="Value">The number; of a negative one, the bits of its two's complement.</param>
internal readonly record struct ConstantValue(IOperation Place, ulong Value);

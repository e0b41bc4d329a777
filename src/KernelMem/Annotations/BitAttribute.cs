using System;

namespace KernelMem.Annotations;

/// <summary>A field of one bit in a <see cref="BitLayoutAttribute">layout</see>: a partial property of type <see cref="bool"/>.</summary>
/// <example><code>[Bit(63)] public partial bool NoExecute { get; }</code></example>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BitAttribute : Attribute
{
    /// <summary>The field is the bit <paramref name="position"/>.</summary>
    /// <param name="position">From 0, the least significant bit.</param>
    public BitAttribute(int position) => Position = position;

    /// <summary>The bit, from 0, the least significant one.</summary>
    public int Position { get; }
}

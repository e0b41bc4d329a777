using System;

namespace KernelMem.Annotations;

/// <summary>
/// A bit of a <see cref="BitLayoutAttribute">layout</see> that always has one value, because another value would make the word
/// something else: PS is 1 in a page-directory entry that maps a 2 MiB page.
/// </summary>
/// <remarks>The layout's <c>Initial</c> has it, <c>Create</c> and <c>TryCreate</c> demand it, <c>IsValid</c> reports it, and no <c>With…</c> method changes it.</remarks>
[AttributeUsage(AttributeTargets.Struct, AllowMultiple = true)]
public sealed class FixedBitAttribute : Attribute
{
    /// <summary>The bit <paramref name="position"/> is always <paramref name="value"/>.</summary>
    /// <param name="position">From 0, the least significant bit.</param>
    /// <param name="value">True for 1, false for 0.</param>
    public FixedBitAttribute(int position, bool value)
    {
        Position = position;
        Value = value;
    }

    /// <summary>The bit, from 0, the least significant one.</summary>
    public int Position { get; }

    /// <summary>True when the bit is always 1.</summary>
    public bool Value { get; }
}

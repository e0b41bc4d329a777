using System;

namespace KernelMem.Annotations;

/// <summary>A field of one bit in a <see cref="BitLayoutAttribute">layout</see>: a partial property of type <see cref="bool"/>.</summary>
/// <remarks>The readable ones are also members of the <c>…Flags</c> enum that goes with the layout.</remarks>
/// <example><code>[Bit(63)] public partial bool NoExecute { get; }</code></example>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BitAttribute : Attribute
{
    /// <summary>The field is the bit <paramref name="position"/>.</summary>
    /// <param name="position">From 0, the least significant bit.</param>
    public BitAttribute(int position) => Position = position;

    /// <summary>The bit, from 0, the least significant one.</summary>
    public int Position { get; }

    /// <summary>What software may do with the field.</summary>
    public FieldAccess Access { get; set; }

    /// <summary>Whether the bit is set in the layout's <c>Initial</c>.</summary>
    public bool Default { get; set; }

    /// <summary>Whether the bit is one that the hardware leaves to software.</summary>
    public bool Software { get; set; }

    /// <summary>Whether the bit may belong to another field too.</summary>
    public bool AllowOverlap { get; set; }

    /// <summary>What the field is called in text; the property's name by default. Plain ASCII.</summary>
    public string? Label { get; set; }
}

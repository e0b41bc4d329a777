using System;
using System.Diagnostics;
using KernelMem.Annotations;

namespace KernelMem.Layouts;

/// <summary>The first thing that is wrong with a word, or that nothing is (<c>default</c>): what a layout's <c>Validate</c> gives.</summary>
[DebuggerDisplay("{Kind} {Bits}")]
[MustUse("an invalid word goes unnoticed")]
public readonly struct LayoutViolation : IEquatable<LayoutViolation>
{
    private LayoutViolation(LayoutViolationKind kind, ulong bits, int number)
    {
        Kind = kind;
        Bits = bits;
        Number = number;
    }

    /// <summary>What is wrong.</summary>
    public LayoutViolationKind Kind { get; }

    /// <summary>The bits that are wrong; of an enum or a forbidden combination, all bits of its fields.</summary>
    public ulong Bits { get; }

    /// <summary>The number of the forbidden combination, from 1, in the order of the declaration; 0 for everything else.</summary>
    public int Number { get; }

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsNone => Kind == LayoutViolationKind.None;

    /// <summary>A sentence for each kind: literals, ready to print or to panic with.</summary>
    public string Message => Kind switch
    {
        LayoutViolationKind.None => "layout: the word is valid",
        LayoutViolationKind.ReservedBits => "layout: a reserved bit is set",
        LayoutViolationKind.FixedBits => "layout: a fixed bit is wrong",
        LayoutViolationKind.UndefinedValue => "layout: a field holds a value that is not defined",
        LayoutViolationKind.ForbiddenCombination => "layout: fields contradict each other",
        LayoutViolationKind.AddressTooWide => "layout: an address is wider than the processor's physical addresses",
        _ => "layout: unknown violation",
    };

    /// <summary>Reserved bits are set.</summary>
    public static LayoutViolation Reserved(ulong bits) => new(LayoutViolationKind.ReservedBits, bits, 0);

    /// <summary>Fixed bits are wrong.</summary>
    public static LayoutViolation Fixed(ulong bits) => new(LayoutViolationKind.FixedBits, bits, 0);

    /// <summary>A field holds what its enum does not define.</summary>
    public static LayoutViolation Undefined(ulong field) => new(LayoutViolationKind.UndefinedValue, field, 0);

    /// <summary>A forbidden combination.</summary>
    public static LayoutViolation Forbidden(int number, ulong fields) => new(LayoutViolationKind.ForbiddenCombination, fields, number);

    /// <summary>An address has bits beyond the processor's width.</summary>
    public static LayoutViolation Address(ulong bits) => new(LayoutViolationKind.AddressTooWide, bits, 0);

    /// <summary>Whether both say the same.</summary>
    public static bool operator ==(LayoutViolation left, LayoutViolation right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(LayoutViolation left, LayoutViolation right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(LayoutViolation other) => Kind == other.Kind && Bits == other.Bits && Number == other.Number;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LayoutViolation other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked((int)Bits ^ (int)(Bits >> 32) ^ ((int)Kind << 8) ^ Number);
}

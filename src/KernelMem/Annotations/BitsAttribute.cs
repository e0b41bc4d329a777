using System;

namespace KernelMem.Annotations;

/// <summary>
/// A field of several bits in a <see cref="BitLayoutAttribute">layout</see>: a partial property of an unsigned integer type,
/// or of an enum whose members all fit the field.
/// </summary>
/// <remarks>
/// The property's value is the field shifted down to bit 0. For a field whose bits are address bits, see <see cref="AddressAttribute"/>.
/// Where an enum's members are not all values that the field can hold, the getter may give a value that is no member; the layout then
/// has a <c>TryGet…</c> method too, and a word with such a value is not valid.
/// </remarks>
/// <example><code>[Bits(59, 62)] public partial byte ProtectionKey { get; }</code></example>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BitsAttribute : Attribute
{
    /// <summary>The field is the bits <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    /// <param name="low">The least significant bit of the field, from 0.</param>
    /// <param name="high">The most significant bit of the field.</param>
    public BitsAttribute(int low, int high)
    {
        Low = low;
        High = high;
    }

    /// <summary>The least significant bit of the field.</summary>
    public int Low { get; }

    /// <summary>The most significant bit of the field.</summary>
    public int High { get; }

    /// <summary>What software may do with the field.</summary>
    public FieldAccess Access { get; set; }

    /// <summary>What the field holds in the layout's <c>Initial</c>: an integer, or a member of the field's enum (KM8007). 0 by default.</summary>
    public object? Default { get; set; }

    /// <summary>Whether the bits are some that the hardware leaves to software.</summary>
    public bool Software { get; set; }

    /// <summary>Whether the bits may belong to other fields too: another view of the same bits.</summary>
    public bool AllowOverlap { get; set; }

    /// <summary>What the field is called in text; the property's name by default. Plain ASCII.</summary>
    public string? Label { get; set; }
}

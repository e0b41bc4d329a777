using System;

namespace KernelMem.Annotations;

/// <summary>
/// A field of several bits in a <see cref="BitLayoutAttribute">layout</see>: a partial property of an unsigned integer type,
/// or of an enum whose members all fit the field.
/// </summary>
/// <remarks>The property's value is the field shifted down to bit 0. For a field whose bits are address bits, see <see cref="AddressAttribute"/>.</remarks>
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
}

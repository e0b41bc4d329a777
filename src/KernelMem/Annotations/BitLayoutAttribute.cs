using System;

namespace KernelMem.Annotations;

/// <summary>
/// Makes a <c>readonly partial struct</c> the typed view of one hardware word: a page-table entry, a control register,
/// an MSR, a device register, an error code.
/// </summary>
/// <remarks>
/// <para>
/// Copy the manual: one partial property per named field, positions as the manual gives them.
/// </para>
/// <code>
/// [BitLayout(typeof(uint))]
/// [Reserved(4, 11)]
/// [Ignored(13, 31)]
/// public readonly partial struct TimerControl
/// {
///     /// &lt;summary&gt;EN: the timer counts.&lt;/summary&gt;
///     [Bit(0)] public partial bool Enabled { get; }
///
///     /// &lt;summary&gt;PRE: the clock divider.&lt;/summary&gt;
///     [Bits(1, 3)] public partial byte Prescaler { get; }
///
///     /// &lt;summary&gt;IRQ: an interrupt at zero.&lt;/summary&gt;
///     [Bit(12)] public partial bool InterruptEnabled { get; }
/// }
///
/// TimerControl control = TimerControl.Initial.WithEnabled(true).WithPrescaler(5);
/// </code>
/// <para>
/// The generator writes the storage, <c>Value</c>, <c>FromRaw</c> (any bits, as the hardware gave them), <c>Create</c>
/// and <c>TryCreate</c> (checked), <c>Initial</c> (defaults and fixed bits), <c>IsValid</c>, <c>Validate</c> and <c>InvalidBits</c>,
/// equality, text, atomic access, a <c>…Flags</c> enum, and for each field its getter, a <c>With…</c> method, a <c>TryWith…</c> method
/// where a value may not fit, and the constants <c>…Mask</c> and <c>…Shift</c>. A <c>With…</c> method returns a new word and panics
/// when a value does not fit its field; nothing is cut off silently.
/// </para>
/// <para>
/// Every bit of the word must be spoken for, by exactly one field, <see cref="ReservedAttribute"/>, <see cref="FixedBitAttribute"/>,
/// <see cref="IgnoredAttribute"/> or <see cref="SoftwareAttribute"/>, so that a forgotten or doubled bit is a compile error (KM8002,
/// KM8003).
/// </para>
/// </remarks>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class BitLayoutAttribute : Attribute
{
    /// <summary>A layout of 64 bits.</summary>
    public BitLayoutAttribute()
        : this(typeof(ulong))
    {
    }

    /// <summary>A layout as wide as <paramref name="storage"/>.</summary>
    /// <param name="storage"><see cref="byte"/>, <see cref="ushort"/>, <see cref="uint"/> or <see cref="ulong"/>.</param>
    public BitLayoutAttribute(Type storage) => Storage = storage;

    /// <summary>The unsigned integer that holds the word.</summary>
    public Type Storage { get; }

    /// <summary>
    /// Whether memory holds the word with its most significant byte first, as some devices and network formats do. Then
    /// <c>FromBigEndian</c> and <c>ToBigEndian</c> convert, and the atomic members do so by themselves; bit numbers and <c>Value</c> are
    /// those of the manual all the same (KM8012).
    /// </summary>
    public bool BigEndian { get; set; }
}

using System;

namespace KernelMem.Annotations;

/// <summary>
/// A field that holds a physical address in place: bits <see cref="Low"/> to <see cref="High"/> of the word <em>are</em> bits
/// <see cref="Low"/> to <see cref="High"/> of the address, and the address's other bits are zero.
/// </summary>
/// <remarks>
/// The property's type is <c>KernelMem.Addresses.PhysAddr</c>, <c>Frame</c> or <c>Frame&lt;TSize&gt;</c>. A frame's field must
/// start at the bit of its size: 12 for 4 KiB, 21 for 2 MiB, 30 for 1 GiB (KM8009). The <c>With…</c> method panics when the
/// address has bits outside the field: it is not aligned, or too wide; the <c>TryWith…</c> method says so. How many address bits the
/// processor has is known at run time only (MAXPHYADDR, CPUID.80000008H:EAX[7:0]): a layout with an address has
/// <c>Validate(physicalAddressBits)</c>.
/// </remarks>
/// <example><code>[Address(21, 51)] public partial Frame&lt;Size2MiB&gt; Frame { get; }</code></example>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AddressAttribute : Attribute
{
    /// <summary>The field holds the address bits <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    /// <param name="low">The lowest stored bit of the address: the address is aligned to <c>1 &lt;&lt; low</c> bytes.</param>
    /// <param name="high">The highest stored bit of the address, 51 at most.</param>
    public AddressAttribute(int low, int high)
    {
        Low = low;
        High = high;
    }

    /// <summary>The lowest stored bit of the address.</summary>
    public int Low { get; }

    /// <summary>The highest stored bit of the address.</summary>
    public int High { get; }

    /// <summary>What software may do with the field. An address is not <see cref="FieldAccess.WriteOneToClear"/>.</summary>
    public FieldAccess Access { get; set; }

    /// <summary>The address in the layout's <c>Initial</c> (KM8007). 0 by default.</summary>
    public ulong Default { get; set; }

    /// <summary>Whether the bits may belong to other fields too.</summary>
    public bool AllowOverlap { get; set; }

    /// <summary>What the field is called in text; the property's name by default. Plain ASCII.</summary>
    public string? Label { get; set; }
}

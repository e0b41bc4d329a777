using System;

namespace KernelMem.Annotations;

/// <summary>
/// The code does not allocate, and the analyzer is to take the author's word for it: it does not look inside.
/// </summary>
/// <remarks>
/// Read by the allocation rules; without a <see cref="Justification"/>, KM0002 warns.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface | AttributeTargets.Delegate |
    AttributeTargets.Constructor | AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Event | AttributeTargets.Field)]
public sealed class TrustedNoAllocAttribute : Attribute
{
    /// <summary>Why it is true although the analyzer cannot see it.</summary>
    public string? Justification { get; set; }
}

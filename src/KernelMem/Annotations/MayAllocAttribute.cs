using System;

namespace KernelMem.Annotations;

/// <summary>
/// The code may allocate, and says why. It is excepted from a surrounding <see cref="NoAllocAttribute"/>, code that must not
/// allocate may not call it, and the inference of effects stops here.
/// </summary>
/// <remarks>
/// Read by the allocation rules (KM1017, KM1018, KM1020).
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface | AttributeTargets.Delegate |
    AttributeTargets.Constructor | AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Event | AttributeTargets.Field)]
public sealed class MayAllocAttribute : Attribute
{
    /// <summary>Declares that the code may allocate.</summary>
    /// <param name="reason">Why, e.g. <c>"for hosts only"</c>.</param>
    public MayAllocAttribute(string reason) => Reason = reason;

    /// <summary>Why the code may allocate.</summary>
    public string Reason { get; }
}

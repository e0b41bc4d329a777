using System;

namespace KernelMem.Annotations;

/// <summary>
/// The value must not be dropped: a caller that ignores it has ignored a failure or an obligation. On a type, it holds
/// for every method that returns the type; on a method, for that method's return value.
/// </summary>
/// <remarks>Read by the ownership rules (KM5004).</remarks>
[AttributeUsage(AttributeTargets.Struct | AttributeTargets.Class | AttributeTargets.Enum | AttributeTargets.Method | AttributeTargets.ReturnValue)]
public sealed class MustUseAttribute : Attribute
{
    /// <summary>Declares that the value must be used.</summary>
    public MustUseAttribute()
    {
    }

    /// <summary>Declares that the value must be used, and says what is lost otherwise.</summary>
    /// <param name="reason">What goes wrong when the value is dropped; shown in the diagnostic.</param>
    public MustUseAttribute(string reason) => Reason = reason;

    /// <summary>What goes wrong when the value is dropped, or null.</summary>
    public string? Reason { get; }
}

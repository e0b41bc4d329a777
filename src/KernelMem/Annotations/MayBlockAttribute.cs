using System;

namespace KernelMem.Annotations;

/// <summary>
/// The code may sleep or wait for a page, so it must not be called with a spin lock held, with interrupts off, or in an
/// interrupt handler.
/// </summary>
/// <remarks>
/// Read by the context rules (KM6001, KM6007).
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface | AttributeTargets.Delegate |
    AttributeTargets.Constructor | AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Event)]
public sealed class MayBlockAttribute : Attribute
{
    /// <summary>Declares that the code may block.</summary>
    public MayBlockAttribute()
    {
    }

    /// <summary>Declares that the code may block.</summary>
    /// <param name="reason">What it waits for.</param>
    public MayBlockAttribute(string reason) => Reason = reason;

    /// <summary>What the code waits for, or null.</summary>
    public string? Reason { get; }
}

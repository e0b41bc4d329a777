using System;

namespace KernelMem.Annotations;

/// <summary>
/// The processor, a device or the firmware reads or writes this struct: its layout is a contract. It must be stated explicitly
/// and contain nothing managed.
/// </summary>
/// <remarks>
/// Read by the layout rules (KM2005–KM2008, KM2010).
/// </remarks>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class HardwareStructAttribute : Attribute
{
    /// <summary>Where the layout is specified, e.g. <c>"Intel SDM Vol. 3A §6.14.1"</c>, or null.</summary>
    public string? Source { get; set; }

    /// <summary>Whether fields may share bytes on purpose: the struct is a union, in whole or in part.</summary>
    public bool AllowOverlap { get; set; }
}

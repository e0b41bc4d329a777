using System;

namespace KernelMem.Annotations;

/// <summary>
/// The memory belongs to a device: registers, or a buffer that a transfer is using. It is reached through volatile accessors
/// only, so that no access is left out, repeated or merged.
/// </summary>
/// <remarks>
/// Read by the boundary rules (KM3011) and the context rules (KM6009).
/// </remarks>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.ReturnValue | AttributeTargets.Field | AttributeTargets.Property |
    AttributeTargets.Struct)]
public sealed class DeviceOwnedAttribute : Attribute;

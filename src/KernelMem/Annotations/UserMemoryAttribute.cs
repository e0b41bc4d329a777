using System;

namespace KernelMem.Annotations;

/// <summary>
/// The pointer, address or length comes from user space, or the type wraps one that does: it may lie, and it may change while
/// it is looked at. It is copied through the checked primitives and never dereferenced.
/// </summary>
/// <remarks>
/// Read by the boundary rules (KM3001–KM3004, KM3008–KM3010).
/// </remarks>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.ReturnValue | AttributeTargets.Field | AttributeTargets.Property |
    AttributeTargets.Struct)]
public sealed class UserMemoryAttribute : Attribute;

using System;

namespace KernelMem.Annotations;

/// <summary>
/// This member of a flags enum allows instruction fetches from memory. Together with one that <see cref="GrantsWriteAttribute"/> marks, it
/// breaks W^X.
/// </summary>
/// <remarks>Read by the paging rules (KM4001).</remarks>
[AttributeUsage(AttributeTargets.Field)]
public sealed class GrantsExecuteAttribute : Attribute;

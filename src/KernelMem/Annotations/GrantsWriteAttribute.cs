using System;

namespace KernelMem.Annotations;

/// <summary>This member of a flags enum allows writes to memory. Together with one that <see cref="GrantsExecuteAttribute"/> marks, it breaks W^X.</summary>
/// <remarks>Read by the paging rules (KM4001).</remarks>
[AttributeUsage(AttributeTargets.Field)]
public sealed class GrantsWriteAttribute : Attribute;

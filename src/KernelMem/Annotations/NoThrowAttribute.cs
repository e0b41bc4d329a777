using System;

namespace KernelMem.Annotations;

/// <summary>
/// The code lets no exception out, and neither does anything it calls: a kernel without exception support can run it.
/// </summary>
/// <remarks>
/// Read by the effect rules (KM1014 and the Throw/Fault effect). The nearest of member, type and assembly wins; the effect is
/// inherited.
/// </remarks>
[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface |
    AttributeTargets.Delegate | AttributeTargets.Constructor | AttributeTargets.Method | AttributeTargets.Property |
    AttributeTargets.Event)]
public sealed class NoThrowAttribute : Attribute;

using System;

namespace KernelMem.Annotations;

/// <summary>
/// The code does not allocate on a garbage-collected heap, nor does anything it calls. On a delegate type, it holds for every
/// method converted to it; on an interface member, for every implementation.
/// </summary>
/// <remarks>
/// Read by the allocation rules (KM1001–KM1025). The nearest of member, type and assembly wins, so <see cref="MayAllocAttribute"/>
/// on a member excepts it from <c>[assembly: NoAlloc]</c>. The effect is inherited: an override may not weaken it.
/// </remarks>
[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface |
    AttributeTargets.Delegate | AttributeTargets.Constructor | AttributeTargets.Method | AttributeTargets.Property |
    AttributeTargets.Event)]
public sealed class NoAllocAttribute : Attribute;

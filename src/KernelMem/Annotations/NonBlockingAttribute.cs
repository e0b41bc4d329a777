using System;

namespace KernelMem.Annotations;

/// <summary>
/// The code never waits for anything but another CPU's short critical section: it does not sleep, schedule, or touch memory
/// that may fault in. Code that holds a spin lock or serves an interrupt may call it.
/// </summary>
/// <remarks>
/// Read by the context rules (KM6001, KM6007). The nearest of member, type and assembly wins; the effect is inherited.
/// </remarks>
[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface |
    AttributeTargets.Delegate | AttributeTargets.Constructor | AttributeTargets.Method | AttributeTargets.Property |
    AttributeTargets.Event)]
public sealed class NonBlockingAttribute : Attribute;

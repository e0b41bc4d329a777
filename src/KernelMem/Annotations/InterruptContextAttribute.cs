using System;

namespace KernelMem.Annotations;

/// <summary>
/// The code runs in an interrupt handler: it must not block, and the locks it takes must be taken with interrupts off
/// everywhere else.
/// </summary>
/// <remarks>
/// Read by the context rules (KM6001, KM6005).
/// </remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Delegate)]
public sealed class InterruptContextAttribute : Attribute;

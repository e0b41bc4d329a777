using System;

namespace KernelMem.Annotations;

/// <summary>
/// What the method returns is this argument's number in another type, unchanged: <c>VirtAddr.Create(0x1000)</c> is the address 0x1000.
/// </summary>
/// <remarks>
/// Read by the rules about constants (KM2002, KM4011) and about user memory (KM3001, KM3002), which follow a number through its types by it.
/// </remarks>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class PreservesValueAttribute : Attribute;

using System;

namespace KernelMem.Annotations;

/// <summary>
/// What the method returns is this argument's number in another type, unchanged, or the thing that starts there:
/// <c>VirtAddr.Create(0x1000)</c> is the address 0x1000, and a page or range made of it begins with it.
/// On a property or method, it is the number of the object itself: <c>address.Value</c>.
/// </summary>
/// <remarks>
/// Read by the rules about constants (KM2002, KM4011) and about user memory (KM3001, KM3002), which follow a number through its types by it.
/// </remarks>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property | AttributeTargets.Method)]
public sealed class PreservesValueAttribute : Attribute;

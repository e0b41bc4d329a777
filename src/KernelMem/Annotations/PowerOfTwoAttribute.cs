using System;

namespace KernelMem.Annotations;

/// <summary>The number is an alignment: a power of two, 1 included, 0 not.</summary>
/// <remarks>Read by the layout rules (KM2003): a constant that is none is an error where it is passed.</remarks>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class PowerOfTwoAttribute : Attribute;

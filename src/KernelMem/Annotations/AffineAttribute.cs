using System;

namespace KernelMem.Annotations;

/// <summary>
/// A value of this type stands for one thing that must be given up once: it may be moved, but not copied, and not forgotten.
/// </summary>
/// <remarks>Read by the ownership rules (KM5001, KM5002, KM5003, KM5005, KM5006).</remarks>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class AffineAttribute : Attribute;

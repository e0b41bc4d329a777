using System;

namespace KernelMem.Annotations;

/// <summary>
/// The struct occupies exactly <see cref="Bytes"/> bytes, as its specification says; any other size is an error of the
/// declaration.
/// </summary>
/// <remarks>
/// Read by the layout rules (KM2006).
/// </remarks>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class ExpectedSizeAttribute : Attribute
{
    /// <summary>Declares the size.</summary>
    /// <param name="bytes">The size in bytes, as <c>sizeof</c> gives it.</param>
    public ExpectedSizeAttribute(int bytes) => Bytes = bytes;

    /// <summary>The size in bytes.</summary>
    public int Bytes { get; }
}

using System;

namespace KernelMem.Annotations;

/// <summary>
/// The field starts at exactly this offset in its struct, as the specification says; any other offset is an error of the declaration.
/// </summary>
/// <remarks>Read by the layout rules (KM2007).</remarks>
[AttributeUsage(AttributeTargets.Field)]
public sealed class ExpectedOffsetAttribute : Attribute
{
    /// <summary>Declares the offset.</summary>
    /// <param name="bytes">The offset in bytes from the start of the struct.</param>
    public ExpectedOffsetAttribute(int bytes) => Bytes = bytes;

    /// <summary>The offset in bytes.</summary>
    public int Bytes { get; }
}

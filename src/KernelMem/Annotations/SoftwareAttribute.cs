using System;

namespace KernelMem.Annotations;

/// <summary>
/// Bits of a <see cref="BitLayoutAttribute">layout</see> that have no name here, and that the hardware leaves to software for good:
/// whoever owns the word may keep something of its own in them.
/// </summary>
/// <remarks>
/// They are valid with any value, and <c>With…</c> methods keep them. Give them a name with <c>[Bits(…, Software = true)]</c>; bits
/// that are merely ignored, and might get a meaning, are <see cref="IgnoredAttribute"/>.
/// </remarks>
[AttributeUsage(AttributeTargets.Struct, AllowMultiple = true)]
public sealed class SoftwareAttribute : Attribute
{
    /// <summary>One bit for software.</summary>
    /// <param name="position">From 0, the least significant bit.</param>
    public SoftwareAttribute(int position)
        : this(position, position)
    {
    }

    /// <summary>The bits <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    /// <param name="low">The least significant bit, from 0.</param>
    /// <param name="high">The most significant bit.</param>
    public SoftwareAttribute(int low, int high)
    {
        Low = low;
        High = high;
    }

    /// <summary>The least significant bit.</summary>
    public int Low { get; }

    /// <summary>The most significant bit.</summary>
    public int High { get; }
}

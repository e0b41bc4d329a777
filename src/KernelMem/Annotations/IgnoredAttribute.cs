using System;

namespace KernelMem.Annotations;

/// <summary>
/// Bits of a <see cref="BitLayoutAttribute">layout</see> that have no name and may hold anything: the hardware ignores them, or
/// the manual asks that software keeps what it read.
/// </summary>
/// <remarks>They are valid with any value, and <c>With…</c> methods keep them. Bits that must be zero are <see cref="ReservedAttribute"/>.</remarks>
[AttributeUsage(AttributeTargets.Struct, AllowMultiple = true)]
public sealed class IgnoredAttribute : Attribute
{
    /// <summary>One ignored bit.</summary>
    /// <param name="position">From 0, the least significant bit.</param>
    public IgnoredAttribute(int position)
        : this(position, position)
    {
    }

    /// <summary>The ignored bits <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    /// <param name="low">The least significant ignored bit, from 0.</param>
    /// <param name="high">The most significant ignored bit.</param>
    public IgnoredAttribute(int low, int high)
    {
        Low = low;
        High = high;
    }

    /// <summary>The least significant ignored bit.</summary>
    public int Low { get; }

    /// <summary>The most significant ignored bit.</summary>
    public int High { get; }
}

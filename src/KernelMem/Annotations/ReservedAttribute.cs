using System;

namespace KernelMem.Annotations;

/// <summary>Bits of a <see cref="BitLayoutAttribute">layout</see> that must be zero: the hardware faults, or may one day give them a meaning.</summary>
/// <remarks>The layout's <c>Create</c> and <c>TryCreate</c> refuse them, <c>IsValid</c> reports them, and no <c>With…</c> method sets them.</remarks>
[AttributeUsage(AttributeTargets.Struct, AllowMultiple = true)]
public sealed class ReservedAttribute : Attribute
{
    /// <summary>One reserved bit.</summary>
    /// <param name="position">From 0, the least significant bit.</param>
    public ReservedAttribute(int position)
        : this(position, position)
    {
    }

    /// <summary>The reserved bits <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    /// <param name="low">The least significant reserved bit, from 0.</param>
    /// <param name="high">The most significant reserved bit.</param>
    public ReservedAttribute(int low, int high)
    {
        Low = low;
        High = high;
    }

    /// <summary>The least significant reserved bit.</summary>
    public int Low { get; }

    /// <summary>The most significant reserved bit.</summary>
    public int High { get; }
}

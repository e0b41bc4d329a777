using System.Runtime.CompilerServices;

namespace System;

/// <summary>An array frozen into the image: <c>static readonly</c> tables of constants. None can be made at run time.</summary>
public abstract class Array
{
    internal readonly int _numComponents;

    public int Length
    {
        [Intrinsic]
        get => _numComponents;
    }
}

// ILC gives every T[] this as its base.
internal class Array<T> : Array
{
}

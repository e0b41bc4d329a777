namespace System;

/// <summary>A position from the start or, complemented, from the end.</summary>
public readonly struct Index : IEquatable<Index>
{
    private readonly int _value;

    public Index(int value, bool fromEnd = false) => _value = fromEnd ? ~value : value;

    public int Value => _value < 0 ? ~_value : _value;

    public bool IsFromEnd => _value < 0;

    public int GetOffset(int length) => _value < 0 ? length + _value + 1 : _value;

    public bool Equals(Index other) => _value == other._value;

    public static implicit operator Index(int value) => new(value);
}

/// <summary>From one index up to, not including, another.</summary>
public readonly struct Range
{
    public Range(Index start, Index end)
    {
        Start = start;
        End = end;
    }

    public Index Start { get; }

    public Index End { get; }
}

using Internal.Runtime.CompilerHelpers;
using System.Runtime.CompilerServices;

namespace System;

/// <summary>A string literal, frozen into the image. There is no way to make another one.</summary>
public sealed class String
{
    // Names and order are a contract with ILC's frozen string objects.
    private readonly int _stringLength;
    private char _firstChar;

    public static readonly string Empty = "";

    public int Length
    {
        [Intrinsic]
        get => _stringLength;
    }

    [IndexerName("Chars")]
    public char this[int index]
    {
        [Intrinsic]
        get
        {
            if ((uint)index >= (uint)_stringLength)
                ThrowHelpers.ThrowIndexOutOfRangeException();
            return Unsafe.Add(ref _firstChar, index);
        }
    }

    public ref readonly char GetPinnableReference() => ref _firstChar;

    internal ref char GetRawStringData() => ref _firstChar;

    public static bool Equals(string a, string b)
    {
        if ((object)a == (object)b)
            return true;
        if ((object)a == null || (object)b == null || a.Length != b.Length)
            return false;
        for (int i = 0; i < a.Length; i++)
        {
            if (a[i] != b[i])
                return false;
        }

        return true;
    }

    public bool Equals(string other) => Equals(this, other);

    public override bool Equals(object obj) => (object)this == obj;

    public override int GetHashCode()
    {
        uint hash = 2166136261;
        for (int i = 0; i < _stringLength; i++)
            hash = (hash ^ Unsafe.Add(ref _firstChar, i)) * 16777619;
        return (int)hash;
    }

    public override string ToString() => this;

    public static bool operator ==(string a, string b) => Equals(a, b);

    public static bool operator !=(string a, string b) => !Equals(a, b);

    public static implicit operator ReadOnlySpan<char>(string value) => MemoryExtensions.AsSpan(value);
}

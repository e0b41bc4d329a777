namespace System;

// The built-in value types. Arithmetic is the compiler's; what stands here is identity, order and limits.

public struct Boolean : IEquatable<bool>
{
    private bool m_value;

    public bool Equals(bool other) => m_value == other;

    public override int GetHashCode() => m_value ? 1 : 0;
}

public struct Char : IEquatable<char>, IComparable<char>
{
    private char m_value;

    public const char MaxValue = (char)0xFFFF;
    public const char MinValue = (char)0;

    public bool Equals(char other) => m_value == other;

    public int CompareTo(char other) => m_value - other;

    public override int GetHashCode() => m_value;
}

public struct SByte : IEquatable<sbyte>, IComparable<sbyte>
{
    private sbyte m_value;

    public const sbyte MaxValue = 127;
    public const sbyte MinValue = -128;

    public bool Equals(sbyte other) => m_value == other;

    public int CompareTo(sbyte other) => m_value - other;

    public override int GetHashCode() => m_value;
}

public struct Byte : IEquatable<byte>, IComparable<byte>
{
    private byte m_value;

    public const byte MaxValue = 255;
    public const byte MinValue = 0;

    public bool Equals(byte other) => m_value == other;

    public int CompareTo(byte other) => m_value - other;

    public override int GetHashCode() => m_value;
}

public struct Int16 : IEquatable<short>, IComparable<short>
{
    private short m_value;

    public const short MaxValue = 32767;
    public const short MinValue = -32768;

    public bool Equals(short other) => m_value == other;

    public int CompareTo(short other) => m_value - other;

    public override int GetHashCode() => m_value;
}

public struct UInt16 : IEquatable<ushort>, IComparable<ushort>
{
    private ushort m_value;

    public const ushort MaxValue = 0xFFFF;
    public const ushort MinValue = 0;

    public bool Equals(ushort other) => m_value == other;

    public int CompareTo(ushort other) => m_value - other;

    public override int GetHashCode() => m_value;
}

public struct Int32 : IEquatable<int>, IComparable<int>
{
    private int m_value;

    public const int MaxValue = 0x7FFF_FFFF;
    public const int MinValue = unchecked((int)0x8000_0000);

    public bool Equals(int other) => m_value == other;

    public int CompareTo(int other) => m_value < other ? -1 : m_value > other ? 1 : 0;

    public override int GetHashCode() => m_value;
}

public struct UInt32 : IEquatable<uint>, IComparable<uint>
{
    private uint m_value;

    public const uint MaxValue = 0xFFFF_FFFF;
    public const uint MinValue = 0;

    public bool Equals(uint other) => m_value == other;

    public int CompareTo(uint other) => m_value < other ? -1 : m_value > other ? 1 : 0;

    public override int GetHashCode() => (int)m_value;
}

public struct Int64 : IEquatable<long>, IComparable<long>
{
    private long m_value;

    public const long MaxValue = 0x7FFF_FFFF_FFFF_FFFF;
    public const long MinValue = unchecked((long)0x8000_0000_0000_0000);

    public bool Equals(long other) => m_value == other;

    public int CompareTo(long other) => m_value < other ? -1 : m_value > other ? 1 : 0;

    public override int GetHashCode() => (int)m_value ^ (int)(m_value >> 32);
}

public struct UInt64 : IEquatable<ulong>, IComparable<ulong>
{
    private ulong m_value;

    public const ulong MaxValue = 0xFFFF_FFFF_FFFF_FFFF;
    public const ulong MinValue = 0;

    public bool Equals(ulong other) => m_value == other;

    public int CompareTo(ulong other) => m_value < other ? -1 : m_value > other ? 1 : 0;

    public override int GetHashCode() => (int)m_value ^ (int)(m_value >> 32);
}

public unsafe struct IntPtr : IEquatable<nint>, IComparable<nint>
{
    private void* _value;

    public static nint Zero => 0;

    public static int Size => sizeof(void*);

    public static nint MaxValue => unchecked((nint)long.MaxValue);

    public static nint MinValue => unchecked((nint)long.MinValue);

    public bool Equals(nint other) => (nint)_value == other;

    public int CompareTo(nint other) => ((long)(nint)_value).CompareTo(other);

    public override int GetHashCode() => ((long)(nint)_value).GetHashCode();
}

public unsafe struct UIntPtr : IEquatable<nuint>, IComparable<nuint>
{
    private void* _value;

    public static nuint Zero => 0;

    public static int Size => sizeof(void*);

    public static nuint MaxValue => unchecked((nuint)ulong.MaxValue);

    public static nuint MinValue => 0;

    public bool Equals(nuint other) => (nuint)_value == other;

    public int CompareTo(nuint other) => ((ulong)(nuint)_value).CompareTo(other);

    public override int GetHashCode() => ((ulong)(nuint)_value).GetHashCode();
}

public struct Single
{
    private float m_value;
}

public struct Double
{
    private double m_value;
}

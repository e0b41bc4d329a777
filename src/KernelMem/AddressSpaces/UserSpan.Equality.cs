using System;
using KernelMem.Addresses;

namespace KernelMem.AddressSpaces;

/// <content>Equality: the same start and the same length.</content>
public readonly partial struct UserSpan<T> : IEquatable<UserSpan<T>>
{
    /// <summary>Whether the buffers are the same.</summary>
    public static bool operator ==(UserSpan<T> left, UserSpan<T> right) => left.Equals(right);

    /// <summary>Whether the buffers differ.</summary>
    public static bool operator !=(UserSpan<T> left, UserSpan<T> right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(UserSpan<T> other) => _start == other._start && _length == other._length;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is UserSpan<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => AddressHash.Of(_start, _length);
}

using System.Runtime.CompilerServices;

namespace KernelMem.AddressSpaces;

/// <content>Arithmetic on a number that a program chose: it neither wraps nor panics.</content>
public readonly partial struct UserPtr<T>
{
    /// <summary>
    /// The pointer <paramref name="count"/> elements above. Where there is none, because the sum exceeds 64 bits, it is the highest
    /// address, which no layout gives to programs: the check refuses it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UserPtr<T> operator +(UserPtr<T> pointer, ulong count)
    {
        UserElement<T>.TryAdd(pointer._value, count, out ulong sum);
        return new UserPtr<T>(sum);
    }

    /// <summary>The pointer <paramref name="count"/> elements above.</summary>
    /// <returns>False, with the null pointer, when the sum exceeds 64 bits.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAdd(ulong count, out UserPtr<T> result)
    {
        bool possible = UserElement<T>.TryAdd(_value, count, out ulong sum);
        result = possible ? new UserPtr<T>(sum) : Null;
        return possible;
    }

    /// <summary>The pointer to a field, by its place in <typeparamref name="T"/>.</summary>
    /// <typeparam name="TField">The type of the field.</typeparam>
    /// <param name="offset">How many bytes of <typeparamref name="T"/> are before the field.</param>
    /// <param name="field">The pointer; null on failure.</param>
    /// <returns>False when the field would not lie inside <typeparamref name="T"/>, or beyond the top of 64 bits.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe bool TryField<TField>(ulong offset, out UserPtr<TField> field)
        where TField : unmanaged
    {
        bool inside = sizeof(TField) <= sizeof(T) && offset <= (ulong)(sizeof(T) - sizeof(TField));
        bool possible = inside && offset <= ulong.MaxValue - _value;
        field = possible ? UserPtr<TField>.FromUser(_value + offset) : UserPtr<TField>.Null;
        return possible;
    }
}

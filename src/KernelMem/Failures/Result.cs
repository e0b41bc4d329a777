using System.Runtime.CompilerServices;
using KernelMem.Annotations;

namespace KernelMem.Failures;

/// <summary>
/// What an operation produced: a value, or the reason why there is none. <c>default</c> is success holding
/// <c>default(T)</c>.
/// </summary>
/// <typeparam name="T">The value of a success.</typeparam>
/// <typeparam name="TError">The reason of a failure: a small enum, or a small struct where place matters.</typeparam>
[MustUse("an ignored result is an ignored failure")]
public readonly struct Result<T, TError>
    where T : unmanaged
    where TError : unmanaged
{
    private readonly T _value;
    private readonly TError _error;
    private readonly bool _failed;

    private Result(T value, TError error, bool failed)
    {
        _value = value;
        _error = error;
        _failed = failed;
    }

    /// <summary>Whether the operation succeeded.</summary>
    public bool IsSuccess => !_failed;

    /// <summary>The value. Panics when the operation failed: ask <see cref="TryGet(out T)"/> where that can happen.</summary>
    public T Value
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Panic.Assert(!_failed, "Result: the value of a failure was read");
            return _value;
        }
    }

    /// <summary>The reason of the failure. Panics when the operation succeeded: a success has no reason.</summary>
    public TError Error
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Panic.Assert(_failed, "Result: the error of a success was read");
            return _error;
        }
    }

    /// <summary>A success holding <paramref name="value"/>.</summary>
    public static Result<T, TError> Success(T value) => new(value, default, failed: false);

    /// <summary>A failure for the reason <paramref name="error"/>.</summary>
    public static Result<T, TError> Failure(TError error) => new(default, error, failed: true);

    /// <summary>A value is a success.</summary>
    public static implicit operator Result<T, TError>(T value) => Success(value);

    /// <summary>An error is a failure.</summary>
    public static implicit operator Result<T, TError>(TError error) => Failure(error);

    /// <summary>Gets the value of a success.</summary>
    /// <param name="value">The value, or <c>default</c> on failure.</param>
    /// <returns>Whether the operation succeeded.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGet(out T value)
    {
        value = _value;
        return !_failed;
    }

    /// <summary>Gets the value of a success, or else the reason of the failure.</summary>
    /// <param name="value">The value, or <c>default</c> on failure.</param>
    /// <param name="error">The reason, or <c>default</c> on success.</param>
    /// <returns>Whether the operation succeeded.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGet(out T value, out TError error)
    {
        value = _value;
        error = _error;
        return !_failed;
    }

    /// <summary>Gets the reason of a failure.</summary>
    /// <param name="error">The reason, or <c>default</c> on success.</param>
    /// <returns>Whether the operation failed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGetError(out TError error)
    {
        error = _error;
        return _failed;
    }

    /// <summary>The value of an operation that cannot fail here. Panics with <paramref name="message"/> if it did.</summary>
    /// <param name="message">A literal that says why failure was impossible.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Expect(string message)
    {
        Panic.Assert(!_failed, message);
        return _value;
    }
}

using System.Runtime.CompilerServices;
using KernelMem.Annotations;

namespace KernelMem.Failures;

/// <summary>
/// Whether an operation that produces nothing succeeded, and if not, why. <c>default</c> is success.
/// </summary>
/// <typeparam name="TError">The reason of a failure: a small enum, or a small struct where place matters.</typeparam>
[MustUse("an ignored result is an ignored failure")]
public readonly struct Result<TError>
    where TError : unmanaged
{
    private readonly TError _error;
    private readonly bool _failed;

    private Result(TError error)
    {
        _error = error;
        _failed = true;
    }

    /// <summary>Whether the operation succeeded.</summary>
    public bool IsSuccess => !_failed;

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

    /// <summary>The success.</summary>
    public static Result<TError> Success => default;

    /// <summary>A failure for the reason <paramref name="error"/>.</summary>
    public static Result<TError> Failure(TError error) => new(error);

    /// <summary>An error is a failure.</summary>
    public static implicit operator Result<TError>(TError error) => Failure(error);

    /// <summary>Gets the reason of a failure.</summary>
    /// <param name="error">The reason, or <c>default</c> on success.</param>
    /// <returns>Whether the operation failed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGetError(out TError error)
    {
        error = _error;
        return _failed;
    }

    /// <summary>Panics with <paramref name="message"/> if the operation failed: for operations that cannot fail here.</summary>
    /// <param name="message">A literal that says why failure was impossible.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Expect(string message) => Panic.Assert(!_failed, message);
}

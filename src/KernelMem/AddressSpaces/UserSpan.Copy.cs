using System;
using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.AddressSpaces;

/// <content>Copies: each checks the buffer against the layout first, needs no alignment, and survives a fault.</content>
public readonly partial struct UserSpan<T>
{
    /// <summary>
    /// Copies all elements from the program that is current. The copies are the kernel's: look at them, not at the program's again. After
    /// a fault, the bytes before it have arrived, and the rest of the destination is as it was.
    /// </summary>
    /// <param name="platform">The CPUs; the program's address space is the current one.</param>
    /// <param name="layout">Which addresses are a program's.</param>
    /// <param name="destination">Where to: at least <see cref="Length"/> elements.</param>
    /// <returns>
    /// Success; or <see cref="UserMemoryError.LengthMismatch"/> when the destination is too short, <see cref="UserMemoryError.TooLong"/>,
    /// <see cref="UserMemoryError.OutsideUserRange"/>, <see cref="UserMemoryError.Fault"/>, with the number of bytes that are missing.
    /// </returns>
    [MayBlock("user memory may fault in")]
    public unsafe Result<UserCopyFailure> CopyTo<TPlatform>(TPlatform platform, in AddressLayout layout, Span<T> destination)
        where TPlatform : unmanaged, IPlatform
    {
        if (_length > (ulong)destination.Length)
            return UserElement<T>.Refuse(UserMemoryError.LengthMismatch, _length);

        fixed (T* kernel = destination)
            return CopyTo(platform, layout, kernel);
    }

    /// <summary>As <see cref="CopyTo{TPlatform}(TPlatform, in AddressLayout, Span{T})"/>, to a pointer.</summary>
    /// <param name="platform">The CPUs; the program's address space is the current one.</param>
    /// <param name="layout">Which addresses are a program's.</param>
    /// <param name="destination">Where to: kernel memory for <see cref="Length"/> elements.</param>
    /// <returns>
    /// Success; or <see cref="UserMemoryError.TooLong"/>, <see cref="UserMemoryError.OutsideUserRange"/>, <see cref="UserMemoryError.Fault"/>,
    /// with the number of bytes that are missing.
    /// </returns>
    [MayBlock("user memory may fault in")]
    public unsafe Result<UserCopyFailure> CopyTo<TPlatform>(TPlatform platform, in AddressLayout layout, T* destination)
        where TPlatform : unmanaged, IPlatform
    {
        UserCopyFailure failure = UserElement<T>.Read(platform, layout, _start, _length, destination);
        return failure.Code == UserMemoryError.None ? Result<UserCopyFailure>.Success : failure;
    }

    /// <summary>
    /// Copies elements to the start of the buffer, in the program that is current: every byte of them, so clear what lies between their
    /// fields. After a fault, the bytes before it have arrived.
    /// </summary>
    /// <param name="platform">The CPUs; the program's address space is the current one.</param>
    /// <param name="layout">Which addresses are a program's.</param>
    /// <param name="source">What to copy: at most <see cref="Length"/> elements.</param>
    /// <returns>
    /// Success; or <see cref="UserMemoryError.LengthMismatch"/> when the source is too long, <see cref="UserMemoryError.OutsideUserRange"/>,
    /// <see cref="UserMemoryError.Fault"/>, with the number of bytes that are missing.
    /// </returns>
    [MayBlock("user memory may fault in")]
    public unsafe Result<UserCopyFailure> CopyFrom<TPlatform>(TPlatform platform, in AddressLayout layout, ReadOnlySpan<T> source)
        where TPlatform : unmanaged, IPlatform
    {
        ulong count = (ulong)source.Length;
        if (count > _length)
            return UserElement<T>.Refuse(UserMemoryError.LengthMismatch, count);

        fixed (T* kernel = source)
            return new UserSpan<T>(_start, count).CopyFrom(platform, layout, kernel);
    }

    /// <summary>Copies <see cref="Length"/> elements from a pointer to the program that is current.</summary>
    /// <param name="platform">The CPUs; the program's address space is the current one.</param>
    /// <param name="layout">Which addresses are a program's.</param>
    /// <param name="source">Where from: kernel memory of <see cref="Length"/> elements.</param>
    /// <returns>
    /// Success; or <see cref="UserMemoryError.TooLong"/>, <see cref="UserMemoryError.OutsideUserRange"/>, <see cref="UserMemoryError.Fault"/>,
    /// with the number of bytes that are missing.
    /// </returns>
    [MayBlock("user memory may fault in")]
    public unsafe Result<UserCopyFailure> CopyFrom<TPlatform>(TPlatform platform, in AddressLayout layout, T* source)
        where TPlatform : unmanaged, IPlatform
    {
        UserCopyFailure failure = UserElement<T>.Write(platform, layout, _start, _length, source);
        return failure.Code == UserMemoryError.None ? Result<UserCopyFailure>.Success : failure;
    }
}

using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.AddressSpaces;

/// <content>Copies: each checks the pointer against the layout first, needs no alignment, and survives a fault.</content>
public readonly partial struct UserPtr<T>
{
    /// <summary>Copies the value from the program that is current. The copy is the kernel's: look at that, not at the program's again.</summary>
    /// <param name="platform">The CPUs; the program's address space is the current one.</param>
    /// <param name="layout">Which addresses are a program's.</param>
    /// <returns>
    /// The value; or <see cref="UserMemoryError.OutsideUserRange"/>, <see cref="UserMemoryError.Fault"/>, with the number of bytes that
    /// are missing.
    /// </returns>
    [MayBlock("user memory may fault in")]
    public unsafe Result<T, UserCopyFailure> Read<TPlatform>(TPlatform platform, in AddressLayout layout)
        where TPlatform : unmanaged, IPlatform
    {
        T value = default;
        UserCopyFailure failure = UserElement<T>.Read(platform, layout, _value, 1, &value);
        return failure.Code == UserMemoryError.None ? value : failure;
    }

    /// <summary>
    /// Copies a value to the program that is current: every byte of it, so clear what lies between its fields. After a fault, a part may
    /// have arrived.
    /// </summary>
    /// <param name="platform">The CPUs; the program's address space is the current one.</param>
    /// <param name="layout">Which addresses are a program's.</param>
    /// <param name="value">What to copy.</param>
    /// <returns>
    /// Success; or <see cref="UserMemoryError.OutsideUserRange"/>, <see cref="UserMemoryError.Fault"/>, with the number of bytes that are
    /// missing.
    /// </returns>
    [MayBlock("user memory may fault in")]
    public unsafe Result<UserCopyFailure> Write<TPlatform>(TPlatform platform, in AddressLayout layout, T value)
        where TPlatform : unmanaged, IPlatform
    {
        UserCopyFailure failure = UserElement<T>.Write(platform, layout, _value, 1, &value);
        return failure.Code == UserMemoryError.None ? Result<UserCopyFailure>.Success : failure;
    }
}

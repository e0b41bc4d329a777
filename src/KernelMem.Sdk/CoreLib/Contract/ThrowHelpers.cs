using System;
using System.Runtime;
using System.Runtime.CompilerServices;

namespace Internal.Runtime.CompilerHelpers;

/// <summary>
/// What compiled code calls when it would throw; ILC looks the members up by name. Faults of the running program (bounds,
/// overflow, null) end in a panic. Faults of the program as written (a member that does not exist here) are bound to a
/// symbol that does not exist either, so that they fail the link.
/// </summary>
internal static class ThrowHelpers
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowIndexOutOfRangeException() => Environment.FailFast("Index out of range");

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowArgumentOutOfRangeException() => Environment.FailFast("Argument out of range");

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowOverflowException() => Environment.FailFast("Arithmetic overflow");

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowDivideByZeroException() => Environment.FailFast("Division by zero");

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowNullReferenceException() => Environment.FailFast("Null reference");

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowFeatureBodyRemoved() => Environment.FailFast("Body removed by a feature switch");

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowPlatformNotSupportedException() => Environment.FailFast("Not supported by this processor");

    [RuntimeImport("*", "KERNELMEM_FORBIDDEN_missing_member"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void ThrowMissingMethodException(int id, string methodName);

    [RuntimeImport("*", "KERNELMEM_FORBIDDEN_missing_member"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void ThrowMissingFieldException(int id, string fieldName);

    [RuntimeImport("*", "KERNELMEM_FORBIDDEN_missing_member"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void ThrowTypeLoadException(int id, string className, string typeName);

    [RuntimeImport("*", "KERNELMEM_FORBIDDEN_missing_member"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void ThrowTypeLoadExceptionWithArgument(int id, string className, string typeName, string messageArg);

    [RuntimeImport("*", "KERNELMEM_FORBIDDEN_missing_member"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void ThrowInvalidProgramException(int id);

    [RuntimeImport("*", "KERNELMEM_FORBIDDEN_missing_member"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void ThrowInvalidProgramExceptionWithArgument(int id, string methodName);

    [RuntimeImport("*", "KERNELMEM_FORBIDDEN_missing_member"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void ThrowFileNotFoundException(int id, string fileName);
}

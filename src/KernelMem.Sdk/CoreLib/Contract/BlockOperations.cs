using System.Runtime;
using System.Runtime.CompilerServices;

namespace System;

// Block copies and fills. The JIT calls the members of SpanHelpers and Buffer by name for large structs.

public static unsafe class Buffer
{
    public static void MemoryCopy(void* source, void* destination, ulong destinationSizeInBytes, ulong sourceBytesToCopy)
    {
        if (sourceBytesToCopy > destinationSizeInBytes)
            Environment.FailFast("Buffer.MemoryCopy: the destination is too small");
        SpanHelpers.Memmove(ref *(byte*)destination, ref *(byte*)source, (nuint)sourceBytesToCopy);
    }

    internal static void BulkMoveWithWriteBarrier(ref byte destination, ref byte source, nuint byteCount) =>
        SpanHelpers.Memmove(ref destination, ref source, byteCount);
}

internal static unsafe class SpanHelpers
{
    internal static void Memmove(ref byte destination, ref byte source, nuint length) => NativeMemmove(ref destination, ref source, length);

    internal static void Fill(ref byte destination, byte value, nuint length) => NativeMemset(ref destination, value, length);

    internal static void ClearWithoutReferences(ref byte destination, nuint length) => NativeMemset(ref destination, 0, length);

    [RuntimeImport("*", "memmove"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void* NativeMemmove(ref byte destination, ref byte source, nuint length);

    [RuntimeImport("*", "memset"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void* NativeMemset(ref byte destination, int value, nuint length);
}

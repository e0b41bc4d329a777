using System.Runtime.CompilerServices;

namespace System.Runtime;

/// <summary>Boxing and unboxing, bound to symbols that do not exist: a box that reaches the image fails the link.</summary>
internal static unsafe class RuntimeExports
{
    [RuntimeImport("*", "KERNELMEM_FORBIDDEN_boxing"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern object RhBox(void* pEEType, ref byte data);

    [RuntimeImport("*", "KERNELMEM_FORBIDDEN_unboxing"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ref byte RhUnbox2(void* pEEType, object obj);

    [RuntimeImport("*", "KERNELMEM_FORBIDDEN_unboxing"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void RhUnboxNullable(ref byte data, void* pUnboxToEEType, object obj);
}

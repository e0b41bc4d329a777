using System;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace System.Runtime
{
    /// <summary>Casts between classes. ILC insists on finding them; a kernel has no objects to cast.</summary>
    internal static unsafe class TypeCast
    {
        [RuntimeImport("*", "KERNELMEM_FORBIDDEN_array_of_references"), MethodImpl(MethodImplOptions.InternalCall)]
        private static extern void StelemRef(object[] array, nint index, object obj);

        [RuntimeImport("*", "KERNELMEM_FORBIDDEN_array_of_references"), MethodImpl(MethodImplOptions.InternalCall)]
        private static extern ref object LdelemaRef(object[] array, nint index, void* elementType);

        [RuntimeImport("*", "KERNELMEM_FORBIDDEN_cast"), MethodImpl(MethodImplOptions.InternalCall)]
        private static extern object CheckCastAny(void* methodTable, object obj);

        [RuntimeImport("*", "KERNELMEM_FORBIDDEN_cast"), MethodImpl(MethodImplOptions.InternalCall)]
        private static extern object CheckCastInterface(void* methodTable, object obj);

        [RuntimeImport("*", "KERNELMEM_FORBIDDEN_cast"), MethodImpl(MethodImplOptions.InternalCall)]
        private static extern object CheckCastClass(void* methodTable, object obj);

        [RuntimeImport("*", "KERNELMEM_FORBIDDEN_cast"), MethodImpl(MethodImplOptions.InternalCall)]
        private static extern object CheckCastClassSpecial(void* methodTable, object obj);

        [RuntimeImport("*", "KERNELMEM_FORBIDDEN_cast"), MethodImpl(MethodImplOptions.InternalCall)]
        private static extern object IsInstanceOfAny(void* methodTable, object obj);

        [RuntimeImport("*", "KERNELMEM_FORBIDDEN_cast"), MethodImpl(MethodImplOptions.InternalCall)]
        private static extern object IsInstanceOfInterface(void* methodTable, object obj);

        [RuntimeImport("*", "KERNELMEM_FORBIDDEN_cast"), MethodImpl(MethodImplOptions.InternalCall)]
        private static extern object IsInstanceOfClass(void* methodTable, object obj);

        [RuntimeImport("*", "KERNELMEM_FORBIDDEN_cast"), MethodImpl(MethodImplOptions.InternalCall)]
        private static extern bool IsInstanceOfException(void* methodTable, object obj);
    }
}

namespace System.Runtime.InteropServices
{
    // ILC looks the method up, whether or not a program uses dynamic casts.
    internal interface IDynamicInterfaceCastable
    {
        internal static IntPtr GetDynamicInterfaceImplementation(IDynamicInterfaceCastable instance, IntPtr interfaceType, ushort slot) => 0;
    }
}

namespace Internal.Runtime.CompilerHelpers
{
    /// <summary>Turns the handles of <c>ldtoken</c> into the structs of this library.</summary>
    internal static unsafe class LdTokenHelpers
    {
        private static RuntimeTypeHandle GetRuntimeTypeHandle(IntPtr handle) => *(RuntimeTypeHandle*)&handle;

        private static RuntimeMethodHandle GetRuntimeMethodHandle(IntPtr handle) => *(RuntimeMethodHandle*)&handle;

        private static RuntimeFieldHandle GetRuntimeFieldHandle(IntPtr handle) => *(RuntimeFieldHandle*)&handle;

        [RuntimeImport("*", "KERNELMEM_FORBIDDEN_reflection"), MethodImpl(MethodImplOptions.InternalCall)]
        private static extern Type GetRuntimeType(IntPtr handle);
    }

    // ILC looks the type up; it may be empty, not absent.
    internal static class StartupCodeHelpers
    {
    }
}

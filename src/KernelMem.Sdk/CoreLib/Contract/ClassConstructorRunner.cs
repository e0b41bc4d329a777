using System.Runtime.InteropServices;

namespace System.Runtime.CompilerServices;

// The layout is a contract with ILC.
[StructLayout(LayoutKind.Sequential)]
public struct StaticClassConstructionContext
{
    public IntPtr cctorMethodAddress;
}

/// <summary>
/// ILC runs static constructors at compile time; one that it cannot run so would be run by these, at first use. There is no
/// safe way to do that on several CPUs without a runtime, and were the type absent, ILC would silently never run them. So
/// they are bound to a symbol that does not exist: the link fails, naming the type whose statics are lazy.
/// </summary>
internal static class ClassConstructorRunner
{
    [RuntimeImport("*", "KERNELMEM_FORBIDDEN_lazy_static"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern IntPtr CheckStaticClassConstructionReturnNonGCStaticBase(ref StaticClassConstructionContext context, IntPtr nonGcStaticBase);

    [RuntimeImport("*", "KERNELMEM_FORBIDDEN_lazy_static"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern object CheckStaticClassConstructionReturnGCStaticBase(ref StaticClassConstructionContext context, object gcStaticBase);

    [RuntimeImport("*", "KERNELMEM_FORBIDDEN_lazy_static"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void CheckStaticClassConstruction(ref StaticClassConstructionContext context);
}

using System.Runtime.CompilerServices;

namespace System;

public struct RuntimeTypeHandle
{
    private IntPtr _value;
}

public struct RuntimeMethodHandle
{
    private IntPtr _value;
}

public struct RuntimeFieldHandle
{
    private IntPtr _value;
}

/// <summary>Only good for <c>typeof(T) == typeof(X)</c>, which the JIT folds.</summary>
public abstract class Type
{
    [Intrinsic]
    public static Type GetTypeFromHandle(RuntimeTypeHandle handle) => null;

    [Intrinsic]
    public static bool operator ==(Type left, Type right) => (object)left == (object)right;

    [Intrinsic]
    public static bool operator !=(Type left, Type right) => (object)left != (object)right;
}

internal class RuntimeType : Type
{
}

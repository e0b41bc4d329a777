namespace System;

/// <summary>The root of all classes. Its first field is the method table: a layout contract with ILC.</summary>
public class Object
{
    internal IntPtr m_pMethodTable;

    public Object()
    {
    }

    public virtual bool Equals(object obj) => this == obj;

    public virtual int GetHashCode() => 0;

    public virtual string ToString() => null;

    public static bool ReferenceEquals(object a, object b) => a == b;
}

public struct Void
{
}

/// <summary>The base of all structs. Its members are reached through boxes only, and a kernel has none.</summary>
public abstract class ValueType
{
    public override bool Equals(object obj)
    {
        Environment.FailFast("ValueType.Equals needs reflection: override Equals");
        return false;
    }

    public override int GetHashCode() => 0;
}

public abstract class Enum : ValueType
{
    // The JIT folds `value.HasFlag(flag)` into a bit test; the body is never run.
    [Runtime.CompilerServices.Intrinsic]
    public bool HasFlag(Enum flag)
    {
        Environment.FailFast("Enum.HasFlag was not folded by the compiler");
        return false;
    }
}

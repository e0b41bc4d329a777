using KernelMem.Annotations;

namespace System.Collections.Generic;

public interface IEqualityComparer<in T>
{
    bool Equals(T x, T y);

    int GetHashCode(T obj);
}

/// <summary>
/// What record structs compare their fields with. The one instance per type is frozen into the image, and the JIT folds
/// the test and the cast below for structs, so that nothing is boxed.
/// </summary>
public class EqualityComparer<T> : IEqualityComparer<T>
{
    [TrustedNoAlloc(Justification = "ILC runs the initializer when it compiles, and puts the object into the image")]
    private static readonly EqualityComparer<T> s_default = new();

    public static EqualityComparer<T> Default => s_default;

    [TrustedNoAlloc(Justification = "For a struct, ILC folds the test and the cast, and makes no box")]
    public virtual bool Equals(T x, T y)
    {
        if (x is IEquatable<T>)
            return ((IEquatable<T>)x).Equals(y);
        Environment.FailFast("EqualityComparer<T>: T is not IEquatable<T>");
        return false;
    }

    public virtual int GetHashCode(T obj) => obj.GetHashCode();
}

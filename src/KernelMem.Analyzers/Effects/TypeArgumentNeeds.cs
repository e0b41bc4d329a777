namespace KernelMem.Analyzers.Effects;

/// <summary>
/// What generic code uses of its type arguments, as effects files say it: members by their documentation ids, and these words, with a
/// space between them. Of which of several arguments is not said: all answer that can.
/// </summary>
internal static class TypeArgumentNeeds
{
    /// <summary>A value is boxed.</summary>
    public const string Box = "box";

    /// <summary>One is made by its constructor without parameters.</summary>
    public const string New = "new";

    /// <summary>Followed by <c>Equals</c>, <c>GetHashCode</c> or <c>Compare</c>: what the default comparer runs for it.</summary>
    public const string Comparer = "default:";

    /// <summary>Where a list does not say what is used: that most of generic code is for.</summary>
    public const string Unsaid = "M:System.Object.Equals(System.Object) M:System.Object.GetHashCode";
}

namespace KernelMem.Analyzers.Rules;

/// <summary>The families of rules. The thousands digit of a rule's number is its family.</summary>
internal static class RuleCategories
{
    /// <summary>KM0: what the build hands to the rules.</summary>
    public const string Build = "KernelMem.Build";

    /// <summary>KM0: the marks that the rules follow, and the rules themselves.</summary>
    public const string Meta = "KernelMem.Meta";

    /// <summary>KM1: code that must not allocate.</summary>
    public const string Allocation = "KernelMem.Allocation";

    /// <summary>KM2: alignment, and the layout of what hardware reads.</summary>
    public const string Layout = "KernelMem.Layout";

    /// <summary>KM3: the boundary between kernel and user memory.</summary>
    public const string Boundary = "KernelMem.Boundary";

    /// <summary>KM4: page tables and their entries.</summary>
    public const string Paging = "KernelMem.Paging";

    /// <summary>KM5: obligations and owned things.</summary>
    public const string Ownership = "KernelMem.Ownership";
}

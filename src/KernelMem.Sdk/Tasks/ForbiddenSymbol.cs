namespace KernelMem.Sdk.Tasks;

/// <summary>A rule and what it says.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Explanation">One sentence for the author of the kernel.</param>
public readonly record struct ForbiddenSymbol(string Rule, string Explanation);

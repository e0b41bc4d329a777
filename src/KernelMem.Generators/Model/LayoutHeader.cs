using KernelMem.Generators.Helpers;

namespace KernelMem.Generators.Model;

/// <summary>Which struct a generated file completes.</summary>
/// <param name="Namespace">Empty for the global namespace.</param>
/// <param name="ContainingTypes">The headers to re-open around the layout, outermost first: <c>partial class Outer</c>.</param>
/// <param name="Accessibility">The struct's accessibility.</param>
/// <param name="Name">The struct's name, escaped where it is a keyword.</param>
/// <param name="HintName">The name of the generated file.</param>
internal sealed record LayoutHeader(
    string Namespace, EquatableArray<string> ContainingTypes, string Accessibility, string Name, string HintName)
{
    /// <summary>The struct's name as text.</summary>
    public string PlainName => Name.TrimStart('@');
}

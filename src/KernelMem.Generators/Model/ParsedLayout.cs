using System.Collections.Immutable;
using KernelMem.Generators.Helpers;

namespace KernelMem.Generators.Model;

/// <summary>What parsing a declaration gives: a layout, or the errors that prevent one.</summary>
/// <param name="Layout">Null when the declaration is not sound.</param>
/// <param name="Errors">In source order. Empty although there is no layout, where the compiler itself reports the error.</param>
internal sealed record ParsedLayout(LayoutModel? Layout, EquatableArray<LayoutError> Errors)
{
    /// <summary>The layout, if there is one.</summary>
    public ImmutableArray<LayoutModel> Layouts => Layout is null ? [] : [Layout];
}

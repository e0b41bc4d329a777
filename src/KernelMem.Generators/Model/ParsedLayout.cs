using System.Collections.Generic;

namespace KernelMem.Generators.Model;

/// <summary>What parsing a declaration gives: a layout, or the errors that prevent one.</summary>
/// <param name="Layout">Null when the declaration is not sound.</param>
/// <param name="Placeholder">What is written in its place; null when there is a layout, or when nothing can be written at all.</param>
/// <param name="Errors">In source order. Empty although there is no layout, where the compiler itself reports the error.</param>
internal sealed record ParsedLayout(LayoutModel? Layout, PlaceholderModel? Placeholder, IReadOnlyList<LayoutError> Errors);

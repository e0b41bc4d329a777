using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Model;

/// <summary>
/// An error in a declaration: whoever reports it turns it into a diagnostic. It points into the source, so it stays out of the
/// generator's models.
/// </summary>
/// <param name="Kind">The rule.</param>
/// <param name="Arguments">The arguments of the rule's message.</param>
/// <param name="Location">Where to point, where known.</param>
/// <param name="Related">The other place of the error, if it has one.</param>
internal sealed record LayoutError(LayoutErrorKind Kind, IReadOnlyList<string> Arguments, Location? Location, Location? Related = null);

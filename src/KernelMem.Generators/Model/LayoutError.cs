using KernelMem.Generators.Helpers;

namespace KernelMem.Generators.Model;

/// <summary>An error in a declaration, as data: whoever reports it turns it into a diagnostic.</summary>
/// <param name="Kind">The rule.</param>
/// <param name="Arguments">The arguments of the rule's message.</param>
/// <param name="Location">Where to point, where known.</param>
internal sealed record LayoutError(LayoutErrorKind Kind, EquatableArray<string> Arguments, LocationInfo? Location);

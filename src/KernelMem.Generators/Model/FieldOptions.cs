namespace KernelMem.Generators.Model;

/// <summary>What a field's attribute says besides the position.</summary>
/// <param name="Access">What software may do with the field.</param>
/// <param name="DefaultBits">The field's bits in the initial word, in place; null where the declaration gives none.</param>
/// <param name="IsSoftware">The hardware leaves the bits to software.</param>
/// <param name="AllowsOverlap">Other fields may hold the bits too.</param>
/// <param name="Label">The name in text: plain ASCII.</param>
internal readonly record struct FieldOptions(AccessKind Access, ulong? DefaultBits, bool IsSoftware, bool AllowsOverlap, string Label);

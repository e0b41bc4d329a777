namespace KernelMem.Generators.Model;

/// <summary>A forbidden combination.</summary>
/// <param name="Text">As it was declared.</param>
/// <param name="Reason">Why, or null.</param>
/// <param name="Condition">As an expression of C#, true in a word that has it.</param>
/// <param name="Fields">All bits of the fields that it names.</param>
/// <param name="HoldsInitially">Whether the layout's initial word has it.</param>
internal sealed record ForbiddenModel(string Text, string? Reason, string Condition, ulong Fields, bool HoldsInitially);

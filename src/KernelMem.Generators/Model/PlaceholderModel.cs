using KernelMem.Generators.Helpers;

namespace KernelMem.Generators.Model;

/// <summary>
/// What is written for a declaration with errors: enough for the compiler to get past the declaration, and so to run the analyzer,
/// which says what the errors are.
/// </summary>
/// <param name="Header">The struct, by name and place.</param>
/// <param name="Properties">The properties that the user leaves to the generator.</param>
/// <param name="Storage">The keyword of the word's type, where the members of an entry are to be written too; else null.</param>
/// <param name="Level">The member of <c>PageTableLevel</c>, where the layout is to have one; else null.</param>
internal sealed record PlaceholderModel(LayoutHeader Header, EquatableArray<PlaceholderProperty> Properties, string? Storage, string? Level);

/// <summary>A property of a placeholder.</summary>
/// <param name="Declaration">Modifiers, type and name.</param>
/// <param name="HasGetter">Whether there is a getter.</param>
/// <param name="Setter"><c>init</c>, <c>set</c>, or null.</param>
internal readonly record struct PlaceholderProperty(string Declaration, bool HasGetter, string? Setter);

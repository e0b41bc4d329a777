namespace KernelMem.Generators.Model;

/// <summary>A member of a field's enum.</summary>
internal readonly record struct EnumMember(string Name, ulong Value);

namespace KernelMem.Sdk.Tasks;

/// <summary>One place that refers to a symbol the image does not have.</summary>
/// <param name="Symbol">The undefined symbol.</param>
/// <param name="File">The source file, if the compiler gave one.</param>
/// <param name="Line">The line in it, or 0.</param>
/// <param name="Function">The function, or the static base of a type, that refers to it.</param>
public sealed record UndefinedReference(string Symbol, string? File, int Line, string? Function);

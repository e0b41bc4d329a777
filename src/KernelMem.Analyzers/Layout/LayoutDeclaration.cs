using System.Runtime.InteropServices;

namespace KernelMem.Analyzers.Layout;

/// <summary>What a struct says about its layout.</summary>
/// <param name="Kind">Sequential, explicit or left to the runtime.</param>
/// <param name="Pack">The highest alignment of a field, or 0 for none.</param>
/// <param name="Size">The size at least, or 0 for none.</param>
/// <param name="InlineLength">How often an inline array repeats its one field, or 0 where it is no inline array.</param>
/// <param name="IsStated">Whether an attribute says it.</param>
internal readonly record struct LayoutDeclaration(LayoutKind Kind, int Pack, int Size, int InlineLength, bool IsStated);

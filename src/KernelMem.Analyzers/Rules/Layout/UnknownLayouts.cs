using System.Linq;
using KernelMem.Analyzers.Layout;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Rules.Layout;

/// <summary>Structs that <see cref="StructLayouts"/> cannot lay out.</summary>
internal static class UnknownLayouts
{
    /// <summary>What a message says instead of a size. An expectation that nothing can check is no better than a broken one.</summary>
    public const string SizeText = "no size that is fixed";

    /// <summary>What a message says instead of an offset.</summary>
    public const string OffsetText = "nothing fixes where it is";

    /// <summary>Whether a field has a type that the compiler does not know: it says so itself.</summary>
    public static bool DoesNotCompile(INamedTypeSymbol type) => StructLayouts.InstanceFields(type).Any(static field => field.Type.TypeKind == TypeKind.Error);
}

using System.Linq;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace KernelMem.CodeFixes;

/// <summary>Methods whose parameters can change.</summary>
internal static class Signatures
{
    /// <summary>Whether no other method must have the same: what is overridden or implemented elsewhere would have to change there too.</summary>
    public static bool IsFree(IMethodSymbol method)
        => method is { IsVirtual: false, IsOverride: false, IsAbstract: false }
            && method.ContainingType.TypeKind is TypeKind.Class or TypeKind.Struct
            && !Contracts.Of(method).Any();
}

using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Layout;

/// <summary>Sizes that no declaration tells: of the primitives, and of structs whose reference assemblies hide their fields.</summary>
internal static class KnownLayouts
{
    private static readonly Dictionary<string, (long Size, long Alignment)> s_hidden = new(System.StringComparer.Ordinal)
    {
        ["System.Decimal"] = (16, 8),
        ["System.Guid"] = (16, 4),
        ["System.Half"] = (2, 2),
        ["System.Int128"] = (16, 16),
        ["System.UInt128"] = (16, 16),
        ["System.TimeSpan"] = (8, 8),
        ["System.Runtime.Intrinsics.Vector64`1"] = (8, 8),
        ["System.Runtime.Intrinsics.Vector128`1"] = (16, 16),
        ["System.Runtime.Intrinsics.Vector256`1"] = (32, 32),
        ["System.Runtime.Intrinsics.Vector512`1"] = (64, 64),
    };

    /// <summary>The size of a primitive, which is its alignment too; 0 for anything else.</summary>
    public static int OfPrimitive(SpecialType type) => type switch
    {
        SpecialType.System_Boolean or SpecialType.System_Byte or SpecialType.System_SByte => 1,
        SpecialType.System_Char or SpecialType.System_Int16 or SpecialType.System_UInt16 => 2,
        SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_Single => 4,
        SpecialType.System_Int64 or SpecialType.System_UInt64 or SpecialType.System_Double => 8,
        SpecialType.System_IntPtr or SpecialType.System_UIntPtr => 8,
        _ => 0,
    };

    /// <summary>Size and alignment of a struct of the platform that its reference assembly does not show.</summary>
    public static (long Size, long Alignment)? OfHidden(INamedTypeSymbol type)
        => HidesFields(type) && s_hidden.TryGetValue($"{type.ContainingNamespace.ToDisplayString()}.{type.MetadataName}", out (long, long) known) ? known : null;

    /// <summary>
    /// Whether the fields of a struct in an assembly cannot be seen: reference assemblies of the platform keep only dummies for them, and of
    /// types that it knows by name the compiler reads none.
    /// </summary>
    public static bool HidesFields(INamedTypeSymbol type)
        => type.OriginalDefinition.DeclaringSyntaxReferences.IsEmpty && (type.SpecialType != SpecialType.None || HasField(type, "_dummy") || HasField(type, "_dummyPrimitive"));

    private static bool HasField(INamedTypeSymbol type, string name) => type.GetMembers(name).Any(static member => member is IFieldSymbol);
}

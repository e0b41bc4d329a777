using System;
using System.Linq;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Runtime.InteropServices;
using KernelMem.Analyzers.Constants;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Layout;

/// <summary>
/// Reads what structs say about their layout. In source that is attributes; in an assembly the compiler has turned them into metadata, which
/// symbols do not show.
/// </summary>
internal static class LayoutDeclarations
{
    private const string Interop = "System.Runtime.InteropServices";

    public static LayoutDeclaration Of(INamedTypeSymbol type)
    {
        int inlineLength = Find(type, "System.Runtime.CompilerServices", "InlineArrayAttribute")?.Argument() is int length ? length : 0;
        if (type.OriginalDefinition.DeclaringSyntaxReferences.IsEmpty && Definition(type) is { } definition)
        {
            TypeLayout layout = definition.GetLayout();
            return new LayoutDeclaration(KindOf(definition.Attributes), layout.PackingSize, layout.Size, inlineLength, IsStated: true);
        }

        return Find(type, Interop, "StructLayoutAttribute") is { } stated && Numbers.Of(stated.Argument()) is { } kind
            ? new LayoutDeclaration((LayoutKind)kind, stated.Setting("Pack") as int? ?? 0, stated.Setting("Size") as int? ?? 0, inlineLength, IsStated: true)
            : new LayoutDeclaration(LayoutKind.Sequential, Pack: 0, Size: 0, inlineLength, IsStated: false);
    }

    /// <summary>The offset that an explicit layout gives a field, or null.</summary>
    public static int? OffsetOf(IFieldSymbol field)
    {
        if (Find(field, Interop, "FieldOffsetAttribute")?.Argument() is int offset)
            return offset;

        int token = field.OriginalDefinition.MetadataToken;
        if (token == 0 || Reader(field) is not { } reader)
            return null;

        int stated = reader.GetFieldDefinition((FieldDefinitionHandle)MetadataTokens.Handle(token)).GetOffset();
        return stated < 0 ? null : stated;
    }

    private static TypeDefinition? Definition(INamedTypeSymbol type)
        => type.OriginalDefinition.MetadataToken is not 0 and var token && Reader(type) is { } reader
            ? reader.GetTypeDefinition((TypeDefinitionHandle)MetadataTokens.Handle(token))
            : null;

    private static MetadataReader? Reader(ISymbol symbol) => symbol.ContainingModule?.GetMetadata()?.GetMetadataReader();

    private static LayoutKind KindOf(TypeAttributes attributes) => (attributes & TypeAttributes.LayoutMask) switch
    {
        TypeAttributes.ExplicitLayout => LayoutKind.Explicit,
        TypeAttributes.SequentialLayout => LayoutKind.Sequential,
        _ => LayoutKind.Auto,
    };

    private static AttributeData? Find(ISymbol symbol, string space, string name)
        => symbol.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass is { } type
            && string.Equals(type.Name, name, StringComparison.Ordinal)
            && string.Equals(type.ContainingNamespace?.ToDisplayString(), space, StringComparison.Ordinal));
}

using System.Collections.Generic;
using System.Composition;
using System.Linq;
using KernelMem.Analyzers.Layout;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace KernelMem.CodeFixes.Layout;

/// <summary>KM2005: states the layout that the struct has; where only a packed one has the expected size, that.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class StructLayoutFix() : KernelCodeFix("KM2005")
{
    private const string Namespace = "System.Runtime.InteropServices";

    private protected override IEnumerable<KernelFix> Find(FixPlace place)
    {
        if (place.Nearest<TypeDeclarationSyntax>() is not { } declaration
            || place.Model.GetDeclaredSymbol(declaration, place.Cancellation) is not { } type
            || place.Model.Compilation.GetTypeByMetadataName(Namespace + ".StructLayoutAttribute") is not { } attribute
            || type.Has(attribute))
        {
            return [];
        }

        bool packed = IsPackedExpected(type, place.Model.Compilation);
        return [place.Edit(packed ? "State a packed layout" : "State the layout", nameof(StructLayoutFix), editor => editor.ReplaceNode(declaration, WithLayout(declaration, packed)))];
    }

    /// <summary>Whether the expected size is that of the fields without gaps, and is not the size that the struct has.</summary>
    private static bool IsPackedExpected(INamedTypeSymbol type, Compilation compilation)
    {
        KnownSymbols symbols = KnownSymbols.Of(compilation);
        if (type.Find(symbols.ExpectedSize)?.ConstructorArguments.FirstOrDefault().Value is not int expected)
            return false;

        return new StructLayouts().Of(type) is { } shape && shape.Size != expected && shape.Fields.Sum(static field => field.Size) == expected;
    }

    private static TypeDeclarationSyntax WithLayout(TypeDeclarationSyntax declaration, bool packed)
    {
        NameSyntax name = SyntaxFactory.ParseName(Namespace + ".StructLayout").WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation);
        ExpressionSyntax kind = SyntaxFactory.ParseExpression(Namespace + ".LayoutKind.Sequential").WithAdditionalAnnotations(Simplifier.Annotation);
        SeparatedSyntaxList<AttributeArgumentSyntax> arguments = [SyntaxFactory.AttributeArgument(kind)];
        if (packed)
            arguments = arguments.Add(SyntaxFactory.AttributeArgument(SyntaxFactory.ParseExpression("1")).WithNameEquals(SyntaxFactory.NameEquals("Pack")));

        AttributeListSyntax list = SyntaxFactory.AttributeList([SyntaxFactory.Attribute(name, SyntaxFactory.AttributeArgumentList(arguments))])
            .WithAdditionalAnnotations(Formatter.Annotation);

        // There is one before it: [HardwareStruct] itself.
        return declaration.WithAttributeLists(declaration.AttributeLists.Add(list.WithTrailingTrivia(declaration.AttributeLists.Last().GetTrailingTrivia())));
    }
}

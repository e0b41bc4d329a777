using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace KernelMem.CodeFixes;

/// <summary>Where a diagnostic is.</summary>
/// <param name="Document">The file.</param>
/// <param name="Model">What the compiler knows of it.</param>
/// <param name="Node">The smallest piece of syntax that the diagnostic covers.</param>
/// <param name="Diagnostic">The diagnostic.</param>
/// <param name="Cancellation">Whether anybody still waits.</param>
internal sealed record FixPlace(Document Document, SemanticModel Model, SyntaxNode Node, Diagnostic Diagnostic, CancellationToken Cancellation)
{
    public Solution Solution => Document.Project.Solution;

    /// <summary>The nearest of that type around the place, or the place itself.</summary>
    public T? Nearest<T>()
        where T : SyntaxNode
        => Node.FirstAncestorOrSelf<T>();

    public ITypeSymbol? TypeOf(ExpressionSyntax expression) => Model.GetTypeInfo(expression, Cancellation).Type;

    public ISymbol? SymbolOf(SyntaxNode node) => Model.GetSymbolInfo(node, Cancellation).Symbol;

    /// <summary>Where a local or parameter is named in a part of this file.</summary>
    public IEnumerable<IdentifierNameSyntax> UsesOf(ISymbol variable, SyntaxNode scope)
        => scope.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(name => name.Identifier.ValueText == variable.Name && SymbolEqualityComparer.Default.Equals(SymbolOf(name), variable));

    /// <summary>Where a symbol is declared, which may be in another file. Null where it is in several, or in none that can be changed.</summary>
    public async Task<FixPlace?> AtAsync(ISymbol symbol)
    {
        if (symbol.DeclaringSyntaxReferences.Length != 1 || !IsEditable(symbol))
            return null;

        SyntaxNode declaration = await symbol.DeclaringSyntaxReferences[0].GetSyntaxAsync(Cancellation).ConfigureAwait(false);
        Document document = Solution.GetDocument(declaration.SyntaxTree)!;
        return await document.GetSemanticModelAsync(Cancellation).ConfigureAwait(false) is { } model
            ? new FixPlace(document, model, declaration, Diagnostic, Cancellation)
            : null;
    }

    /// <summary>Changes this file.</summary>
    public KernelFix Edit(string title, string key, Action<SyntaxEditor> edit)
        => new(title, key, async cancellation =>
        {
            SyntaxNode root = (await Document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false))!;
            var editor = new SyntaxEditor(root, Solution.Services);
            edit(editor);
            return Document.WithSyntaxRoot(editor.GetChangedRoot()).Project.Solution;
        });

    /// <summary>Changes the declarations of a symbol, wherever they are.</summary>
    public KernelFix EditDeclarations<T>(string title, string key, ISymbol symbol, Func<T, SyntaxNode> change)
        where T : SyntaxNode
        => new(title, key, async cancellation => await ChangedAsync(symbol.DeclaringSyntaxReferences, change, cancellation).ConfigureAwait(false)) { Declaration = symbol };

    /// <summary>Changes the first declaration of a symbol: what is added there is added once.</summary>
    public KernelFix EditFirstDeclaration<T>(string title, string key, ISymbol symbol, Func<T, SyntaxNode> change)
        where T : SyntaxNode
        => new(title, key, async cancellation => await ChangedAsync([symbol.DeclaringSyntaxReferences[0]], change, cancellation).ConfigureAwait(false)) { Declaration = symbol };

    /// <summary>Whether all declarations of a symbol are in files that can be changed.</summary>
    public bool IsEditable(ISymbol symbol)
        => !symbol.DeclaringSyntaxReferences.IsEmpty && symbol.DeclaringSyntaxReferences.All(reference => Solution.GetDocument(reference.SyntaxTree) is not null and not SourceGeneratedDocument);

    /// <summary>Whether code that is not in the solution may use a symbol: that of a library that anybody can name.</summary>
    public bool IsSeenFromOutside(ISymbol symbol)
    {
        for (ISymbol? level = symbol; level is not null and not INamespaceSymbol; level = level.ContainingSymbol)
        {
            if (level.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal))
                return false;
        }

        return symbol.DeclaringSyntaxReferences.Any(reference => Solution.GetDocument(reference.SyntaxTree)?.Project.CompilationOptions?.OutputKind is null or OutputKind.DynamicallyLinkedLibrary or OutputKind.NetModule);
    }

    private async Task<Solution> ChangedAsync<T>(ImmutableArray<SyntaxReference> references, Func<T, SyntaxNode> change, CancellationToken cancellation)
        where T : SyntaxNode
    {
        Solution solution = Solution;
        foreach (IGrouping<SyntaxTree, SyntaxReference> file in references.GroupBy(static reference => reference.SyntaxTree))
        {
            Document document = Solution.GetDocument(file.Key)!;
            SyntaxNode root = await file.Key.GetRootAsync(cancellation).ConfigureAwait(false);
            IEnumerable<T> declarations = file.Select(reference => reference.GetSyntax(cancellation)).OfType<T>();
            solution = solution.WithDocumentSyntaxRoot(document.Id, root.ReplaceNodes(declarations, (_, current) => change(current)));
        }

        return solution;
    }
}

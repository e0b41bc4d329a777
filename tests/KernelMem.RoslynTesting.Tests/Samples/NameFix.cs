using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;

namespace KernelMem.RoslynTesting.Tests.Samples;

/// <summary>Gives a badly named local another name where it is declared (and only there).</summary>
public abstract class NameFix : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds => [BadNameAnalyzer.Id];

    public override FixAllProvider? GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Register(context, "Rename", "rename", NewName);
        return Task.CompletedTask;
    }

    protected abstract string NewName(string name);

    protected static void Register(CodeFixContext context, string title, string key, System.Func<string, string> newName)
        => context.RegisterCodeFix(
            CodeAction.Create(title, cancellationToken => ReplaceAsync(context.Document, context.Span, newName, cancellationToken), key),
            context.Diagnostics);

    protected static async Task<Document> ReplaceAsync(
        Document document,
        TextSpan span,
        System.Func<string, string> newName,
        CancellationToken cancellationToken)
    {
        SourceText text = await document.GetTextAsync(cancellationToken);
        return document.WithText(text.Replace(span, newName(text.ToString(span))));
    }
}

using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace KernelMem.CodeFixes;

/// <summary>
/// What all fixes have in common: they look at the place of one diagnostic, and offer a change there or in a declaration, or nothing. Not
/// all look at every use of what they change, so what they make must be read. Each can be applied to a document, a project or a solution
/// at once.
/// </summary>
public abstract class KernelCodeFix : CodeFixProvider
{
    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => KernelFixAllProvider.Instance;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        CancellationToken cancellation = context.CancellationToken;
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        SemanticModel? model = await context.Document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        if (root is null || model is null)
            return;

        foreach (Diagnostic diagnostic in context.Diagnostics.Where(diagnostic => FixableDiagnosticIds.IndexOf(diagnostic.Id) >= 0))
        {
            var place = new FixPlace(context.Document, model, root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true), diagnostic, cancellation);
            foreach (KernelFix fix in Find(place))
            {
                context.RegisterCodeFix(CodeAction.Create(fix.Title, fix.ApplyAsync, fix.Key), diagnostic);
            }
        }
    }

    /// <summary>What can be done about the diagnostic, the best first.</summary>
    private protected abstract ImmutableArray<KernelFix> Find(FixPlace place);
}

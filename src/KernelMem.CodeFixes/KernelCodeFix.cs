using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using KernelMem.CodeFixes.Trials;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace KernelMem.CodeFixes;

/// <summary>
/// What all fixes have in common: they look at the place of one diagnostic, and know changes there or in a declaration, or none. What they
/// know is tried before it is offered, so that no fix leaves code that does not compile. Each can be applied to a document, a project or a
/// solution at once.
/// </summary>
public abstract class KernelCodeFix : CodeFixProvider
{
    private protected KernelCodeFix(params string[] rules) => FixableDiagnosticIds = [.. rules];

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

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
            var offered = new HashSet<string>(StringComparer.Ordinal);
            foreach (KernelFix fix in Find(place))
            {
                if (!offered.Contains(fix.Key) && await FixTrial.RunAsync(context.Document, fix, cancellation).ConfigureAwait(false) is { } mended)
                {
                    offered.Add(fix.Key);
                    context.RegisterCodeFix(CodeAction.Create(fix.Title, _ => Task.FromResult(mended), fix.Key), diagnostic);
                }
            }
        }
    }

    /// <summary>What could be done about the diagnostic, the best first.</summary>
    private protected abstract IEnumerable<KernelFix> Find(FixPlace place);
}

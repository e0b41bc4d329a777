using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace KernelMem.CodeFixes;

/// <summary>
/// Mends all places of one kind at once. Which kind, an editor says; <c>dotnet format</c> asks at the first diagnostic of an analyzer, which
/// may be another rule's or have no fix, and then says nothing: then it is the best fix of the first place that has one.
/// </summary>
internal sealed class KernelFixAllProvider : FixAllProvider
{
    public static readonly KernelFixAllProvider Instance = new();

    public override async Task<CodeAction?> GetFixAsync(FixAllContext fixAllContext)
    {
        FixAllContext? context = fixAllContext.CodeActionEquivalenceKey is null ? await WithKeyAsync(fixAllContext).ConfigureAwait(false) : fixAllContext;
        return context is null ? null : await WellKnownFixAllProviders.BatchFixer.GetFixAsync(context).ConfigureAwait(false);
    }

    private static async Task<FixAllContext?> WithKeyAsync(FixAllContext context)
    {
        IEnumerable<Project> projects = context.Scope == FixAllScope.Solution ? context.Solution.Projects : [context.Project];
        foreach (Project project in projects)
        {
            foreach (Diagnostic diagnostic in await context.GetAllDiagnosticsAsync(project).ConfigureAwait(false))
            {
                if (project.GetDocument(diagnostic.Location.SourceTree) is not { } document || !context.DiagnosticIds.Contains(diagnostic.Id))
                    continue;

                string? key = null;
                var asking = new CodeFixContext(document, diagnostic, (action, _) => key ??= action.EquivalenceKey, context.CancellationToken);
                await context.CodeFixProvider.RegisterCodeFixesAsync(asking).ConfigureAwait(false);
                if (key is not null)
                    return new FixAllContext(document, context.CodeFixProvider, context.Scope, key, context.DiagnosticIds, new Diagnostics(context), context.CancellationToken);
            }
        }

        return null;
    }

    /// <summary>The diagnostics of the context that had no key.</summary>
    private sealed class Diagnostics(FixAllContext context) : FixAllContext.DiagnosticProvider
    {
        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken)
            => await context.GetDocumentDiagnosticsAsync(document).ConfigureAwait(false);

        public override async Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken)
            => await context.GetProjectDiagnosticsAsync(project).ConfigureAwait(false);

        public override async Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken)
            => await context.GetAllDiagnosticsAsync(project).ConfigureAwait(false);
    }
}

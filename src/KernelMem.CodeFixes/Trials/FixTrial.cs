using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;

namespace KernelMem.CodeFixes.Trials;

/// <summary>
/// Does a fix before it is offered. It stands the trial where the compiler has no more errors and warnings than before, those included that
/// the project does not want to hear (a reference into a dead frame is but a warning in unsafe code); where no comment and no directive is
/// lost; and where the calls that it promises to keep are of the same methods.
/// </summary>
internal static class FixTrial
{
    /// <summary>All places that want the same declaration changed share one trial.</summary>
    private static readonly ConditionalWeakTable<Solution, Dictionary<(string Key, Location Declaration), Solution?>> s_declarations = new();

    /// <summary>The solution as the fix leaves it; null where it is not to be offered.</summary>
    public static async Task<Solution?> RunAsync(Document document, KernelFix fix, CancellationToken cancellation)
    {
        if (fix.Declaration?.Locations.FirstOrDefault() is not { } declaration)
            return await TryAsync(document, fix, cancellation).ConfigureAwait(false);

        Dictionary<(string, Location), Solution?> known = s_declarations.GetOrCreateValue(document.Project.Solution);
        lock (known)
        {
            if (known.TryGetValue((fix.Key, declaration), out Solution? result))
                return result;
        }

        Solution? mended = await TryAsync(document, fix, cancellation).ConfigureAwait(false);
        lock (known)
        {
            return known[(fix.Key, declaration)] = mended;
        }
    }

    private static async Task<Solution?> TryAsync(Document document, KernelFix fix, CancellationToken cancellation)
    {
        Solution before = document.Project.Solution;
        if (await fix.ApplyAsync(cancellation).ConfigureAwait(false) is not { } changed)
            return null;

        changed = await CleanAsync(fix, before, changed, cancellation).ConfigureAwait(false);
        ImmutableArray<DocumentId> documents = [.. changed.GetChanges(before).GetProjectChanges().SelectMany(static project => project.GetChangedDocuments())];
        foreach (DocumentId id in documents)
        {
            (Document old, Document current) = (before.GetDocument(id)!, changed.GetDocument(id)!);
            changed = await FileText.WithLineEndsOfAsync(old, current, cancellation).ConfigureAwait(false);
            if (!await FileText.KeepsCommentsAsync(old, changed.GetDocument(id)!, cancellation).ConfigureAwait(false))
                return null;
        }

        if (documents.Length == 0)
            return null;

        // What was compiled before serves all trials, and much of it the code after.
        ImmutableArray<DocumentId> reached = fix.Declaration is null ? documents : Reached(before, documents, fix.Declaration);
        Solution strictBefore = StrictSolution.Of(before, reached);
        Solution strictAfter = strictBefore;
        foreach (DocumentId id in documents)
        {
            if (await changed.GetDocument(id)!.GetSyntaxRootAsync(cancellation).ConfigureAwait(false) is { } root)
                strictAfter = strictAfter.WithDocumentSyntaxRoot(id, root);
        }

        return await CompilesAsync(strictBefore, strictAfter, reached, fix.KeepsCalls, cancellation).ConfigureAwait(false) ? changed : null;
    }

    /// <summary>As an editor does it: names are shortened, namespaces imported, and what is new is formatted.</summary>
    private static async Task<Solution> CleanAsync(KernelFix fix, Solution before, Solution changed, CancellationToken cancellation)
    {
        var action = CodeAction.Create(fix.Title, _ => Task.FromResult(changed), fix.Key);
        ImmutableArray<CodeActionOperation> operations = await action.GetOperationsAsync(before, new Silence(), cancellation).ConfigureAwait(false);
        return operations.OfType<ApplyChangesOperation>().Select(static operation => operation.ChangedSolution).FirstOrDefault() ?? changed;
    }

    /// <summary>Who may use a changed declaration: the type that it is private to; else the projects that it is in, and those that refer to them.</summary>
    private static ImmutableArray<DocumentId> Reached(Solution solution, ImmutableArray<DocumentId> changed, ISymbol declaration)
    {
        for (ISymbol? level = declaration; level?.ContainingType is { } owner; level = level.ContainingSymbol)
        {
            if (level is not IParameterSymbol && level.DeclaredAccessibility == Accessibility.Private)
                return [.. owner.DeclaringSyntaxReferences.Select(part => solution.GetDocumentId(part.SyntaxTree)).OfType<DocumentId>().Union(changed)];
        }

        ProjectDependencyGraph graph = solution.GetProjectDependencyGraph();
        return
        [
            .. changed.Select(static id => id.ProjectId).Distinct()
                .SelectMany(id => graph.GetProjectsThatTransitivelyDependOnThisProject(id).Prepend(id)).Distinct()
                .SelectMany(id => solution.GetProject(id)!.DocumentIds),
        ];
    }

    private static async Task<bool> CompilesAsync(Solution before, Solution after, ImmutableArray<DocumentId> documents, bool keepsCalls, CancellationToken cancellation)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (DocumentId id in documents)
        {
            if (await ModelAsync(before, id, cancellation).ConfigureAwait(false) is not { } old || await ModelAsync(after, id, cancellation).ConfigureAwait(false) is not { } current)
                return false;

            Add(StrictSolution.Counts(old, cancellation), -1);
            Add(StrictSolution.Counts(current, cancellation), +1);
            if (keepsCalls && !Calls.AreKept(old, current, cancellation))
                return false;
        }

        return counts.Values.All(static count => count <= 0);

        void Add(IReadOnlyDictionary<string, int> found, int sign)
        {
            foreach (KeyValuePair<string, int> each in found)
            {
                counts[each.Key] = (counts.TryGetValue(each.Key, out int count) ? count : 0) + (sign * each.Value);
            }
        }
    }

    private static async Task<SemanticModel?> ModelAsync(Solution solution, DocumentId id, CancellationToken cancellation)
        => solution.GetDocument(id) is { } document ? await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false) : null;

    /// <summary>Nobody is told how far it is.</summary>
    private sealed class Silence : IProgress<CodeAnalysisProgress>
    {
        public void Report(CodeAnalysisProgress value)
        {
        }
    }
}

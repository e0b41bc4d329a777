using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Microsoft.CodeAnalysis.Testing;

/// <content>Fixes, applied as an editor applies them.</content>
public abstract partial class CodeFixTest<TVerifier>
{
    /// <summary>Why the last diagnostic without an action has none: for messages.</summary>
    private string _nothingChosen = string.Empty;

    /// <summary>An action that fixes a diagnostic, and where it comes from.</summary>
    private sealed record OfferedFix(Document Document, Diagnostic Diagnostic, CodeFixProvider Provider, CodeAction Action);

    private async Task<(Project Project, int Iterations)> FixOneAfterTheOtherAsync(
        Project project,
        int limit,
        IVerifier verifier,
        CancellationToken cancellationToken)
    {
        ImmutableArray<Diagnostic> previous = [];
        int iterations = 0;
        while (iterations <= limit)
        {
            ImmutableArray<Diagnostic> fixable = await GetFixableAsync(project, cancellationToken).ConfigureAwait(false);
            if (IsSame(fixable, previous))
                break;

            previous = fixable;
            if (CodeFixTestBehaviors.HasFlag(CodeFixTestBehaviors.FixOne))
                fixable = TrySelectDiagnosticToFix(fixable) is { } selected ? [selected] : [];

            Project? changed = null;
            foreach (Diagnostic diagnostic in fixable)
            {
                if (await FindFixAsync(project, diagnostic, verifier, cancellationToken).ConfigureAwait(false) is not { } fix)
                    continue;

                changed = await ApplyAsync(project, fix.Action, verifier, cancellationToken).ConfigureAwait(false);
                if (changed is not null)
                    break;

                if (limit == 0)
                    verifier.Fail($"No fix is expected, but '{fix.Action.Title}' is offered (it changes nothing).");
            }

            if (changed is null)
                break;

            project = changed;
            iterations++;
            if (CodeFixTestBehaviors.HasFlag(CodeFixTestBehaviors.FixOne))
                break;
        }

        return (project, iterations);
    }

    private async Task<(Project Project, int Iterations)> FixAllInScopeAsync(
        FixAllScope scope,
        Project project,
        int limit,
        IVerifier verifier,
        CancellationToken cancellationToken)
    {
        ImmutableArray<Diagnostic> previous = [];
        int iterations = 0;
        while (iterations <= limit)
        {
            ImmutableArray<Diagnostic> fixable = await GetFixableAsync(project, cancellationToken).ConfigureAwait(false);
            if (IsSame(fixable, previous))
                break;

            previous = fixable;
            if (await FindFixForAllAsync(project, fixable, verifier, cancellationToken).ConfigureAwait(false) is not { } fix)
                break;

            CodeAction? action = await GetFixAllActionAsync(fix, scope, cancellationToken).ConfigureAwait(false);
            Project? changed = action is null ? null : await ApplyAsync(project, action, verifier, cancellationToken).ConfigureAwait(false);
            if (changed is null)
                break;

            project = changed;
            iterations++;
        }

        return (project, iterations);
    }

    private Task<CodeAction?> GetFixAllActionAsync(OfferedFix fix, FixAllScope scope, CancellationToken cancellationToken)
    {
        var context = new FixAllContext(
            fix.Document,
            fix.Provider,
            scope,
            fix.Action.EquivalenceKey,
            fix.Provider.FixableDiagnosticIds,
            new FixAllDiagnostics(GetFixableAsync),
            cancellationToken);
        return fix.Provider.GetFixAllProvider()!.GetFixAsync(context);
    }

    private async Task<ImmutableArray<Diagnostic>> GetFixableAsync(Project project, CancellationToken cancellationToken)
    {
        ImmutableHashSet<string> ids = [.. GetCodeFixProviders().SelectMany(provider => provider.FixableDiagnosticIds)];
        ImmutableArray<Diagnostic> reported = await GetSortedDiagnosticsAsync(project, cancellationToken).ConfigureAwait(false);
        return
        [
            .. reported.Where(diagnostic => ids.Contains(diagnostic.Id)
                && !diagnostic.IsSuppressed
                && project.GetDocument(diagnostic.Location.SourceTree) is not null),
        ];
    }

    /// <summary>The first diagnostic that an action would fix everywhere.</summary>
    private async Task<OfferedFix?> FindFixForAllAsync(
        Project project,
        ImmutableArray<Diagnostic> fixable,
        IVerifier verifier,
        CancellationToken cancellationToken)
    {
        foreach (Diagnostic diagnostic in fixable)
        {
            OfferedFix? fix = await FindFixAsync(project, diagnostic, verifier, cancellationToken).ConfigureAwait(false);
            if (fix?.Provider.GetFixAllProvider() is not null)
                return fix;
        }

        return null;
    }

    private async Task<OfferedFix?> FindFixAsync(
        Project project,
        Diagnostic diagnostic,
        IVerifier verifier,
        CancellationToken cancellationToken)
    {
        Document document = project.GetDocument(diagnostic.Location.SourceTree)!;
        List<(CodeFixProvider Provider, CodeAction Action)> offered = [];
        foreach (CodeFixProvider provider in GetCodeFixProviders().Where(provider => provider.FixableDiagnosticIds.Contains(diagnostic.Id)))
        {
            var context = new CodeFixContext(document, diagnostic, (action, _) => offered.Add((provider, action)), cancellationToken);
            await provider.RegisterCodeFixesAsync(context).ConfigureAwait(false);
        }

        (CodeFixProvider Provider, CodeAction Action)[] leaves = [.. offered.SelectMany(Leaves)];
        CodeAction? chosen = ChooseAction([.. leaves.Select(leaf => leaf.Action)], verifier);
        if (chosen is null)
            _nothingChosen = $"No action was taken for {diagnostic.Id}; wanted: {WantedAction}; offered: {DescribeActions(leaves)}.";

        return chosen is null ? null : new OfferedFix(document, diagnostic, leaves.First(leaf => leaf.Action == chosen).Provider, chosen);
    }

    private static string DescribeActions((CodeFixProvider Provider, CodeAction Action)[] actions)
        => actions.Length == 0 ? "none" : string.Join(
            ", ",
            actions.Select(leaf => $"'{leaf.Action.Title}' (key '{leaf.Action.EquivalenceKey}')"));

    /// <summary>An action can be a menu of others.</summary>
    private static IEnumerable<(CodeFixProvider Provider, CodeAction Action)> Leaves((CodeFixProvider Provider, CodeAction Action) offered)
        => offered.Action.NestedActions.IsEmpty
            ? [offered]
            : offered.Action.NestedActions.SelectMany(nested => Leaves((offered.Provider, nested)));

    /// <summary>Whether nothing is left, or the last fix has left what was there before it.</summary>
    private static bool IsSame(ImmutableArray<Diagnostic> now, ImmutableArray<Diagnostic> before)
        => now.IsEmpty || now.Select(PlaceOf).SequenceEqual(before.Select(PlaceOf));

    private static (string Id, FileLinePositionSpan Span) PlaceOf(Diagnostic diagnostic)
        => (diagnostic.Id, diagnostic.Location.GetLineSpan());
}

using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Tests of what changes code.</summary>
public abstract class CodeActionTest<TVerifier> : AnalyzerTest<TVerifier>
    where TVerifier : IVerifier, new()
{
    /// <summary>Which of the offered actions is taken; null: the first, or the one with <see cref="CodeActionEquivalenceKey"/>.</summary>
    public int? CodeActionIndex { get; set; }

    public string? CodeActionEquivalenceKey { get; set; }

    /// <summary>Called with each action that is taken.</summary>
    public Action<CodeAction, IVerifier>? CodeActionVerifier { get; set; }

    public CodeActionValidationMode CodeActionValidationMode { get; set; } = CodeActionValidationMode.SemanticStructure;

    private protected string WantedAction
        => (CodeActionIndex, CodeActionEquivalenceKey) switch
        {
            (null, null) => "the first",
            (null, { } key) => $"the key '{key}'",
            ({ } index, _) => $"index {index}",
        };

    protected virtual ImmutableArray<CodeAction> FilterCodeActions(ImmutableArray<CodeAction> actions) => actions;

    /// <summary>Whether a state says anything about what the action does.</summary>
    protected static bool CodeActionExpected(SolutionState state)
        => state.InheritanceMode is not null
            || state.MarkupHandling is not null
            || state.Sources.Count > 0
            || state.GeneratedSources.Count > 0
            || state.AdditionalFiles.Count > 0
            || state.AnalyzerConfigFiles.Count > 0
            || state.AdditionalReferences.Count > 0
            || state.ExpectedDiagnostics.Count > 0;

    private protected CodeAction? ChooseAction(ImmutableArray<CodeAction> offered, IVerifier verifier)
    {
        ImmutableArray<CodeAction> actions = FilterCodeActions(offered);
        CodeAction? chosen = (CodeActionIndex, CodeActionEquivalenceKey) switch
        {
            ({ } index, _) => actions.ElementAtOrDefault(index),
            (null, { } key) => actions.FirstOrDefault(action => action.EquivalenceKey == key),
            _ => actions.FirstOrDefault(),
        };
        if (chosen is null)
            return null;

        if (CodeActionEquivalenceKey is not null)
        {
            verifier.Equal(
                CodeActionEquivalenceKey,
                chosen.EquivalenceKey,
                $"The action at index {CodeActionIndex} has the key '{chosen.EquivalenceKey}', expected '{CodeActionEquivalenceKey}'.");
        }

        CodeActionVerifier?.Invoke(chosen, verifier);
        return chosen;
    }

    /// <summary>The project as it is after the action, its texts parsed again; null if nothing changed.</summary>
    private protected async Task<Project?> ApplyAsync(
        Project project,
        CodeAction action,
        IVerifier verifier,
        CancellationToken cancellationToken)
    {
        ImmutableArray<CodeActionOperation> operations = await action.GetOperationsAsync(cancellationToken).ConfigureAwait(false);
        if (operations.OfType<ApplyChangesOperation>().SingleOrDefault()?.ChangedSolution.GetProject(project.Id) is not { } changed)
            return null;

        ProjectChanges changes = changed.GetChanges(project);
        bool hasChanged = changes.GetRemovedDocuments().Any()
            || changes.GetAddedAdditionalDocuments().Any()
            || changes.GetRemovedAdditionalDocuments().Any()
            || changes.GetChangedAdditionalDocuments().Any();
        foreach (DocumentId id in changes.GetChangedDocuments().Concat(changes.GetAddedDocuments()))
        {
            Document document = changed.GetDocument(id)!;
            if (project.GetDocument(id) is { } before && await HasSameTextAsync(before, document, cancellationToken).ConfigureAwait(false))
                continue;

            hasChanged = true;
            changed = (await ParseAgainAsync(document, action, verifier, cancellationToken).ConfigureAwait(false)).Project;
        }

        return hasChanged ? changed : null;
    }

    private async Task<Document> ParseAgainAsync(
        Document document,
        CodeAction action,
        IVerifier verifier,
        CancellationToken cancellationToken)
    {
        SyntaxNode built = (await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false))!;
        Document parsed = document.WithText(SourceText.From(built.ToFullString(), Encoding.UTF8));
        SyntaxNode read = (await parsed.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false))!;
        if (!IsAsRead(built, read))
        {
            verifier.Fail(
                $"The action '{action.Title}' built a tree in '{document.FilePath ?? document.Name}' that is not the one its text is read as "
                + $"(parentheses or separators are missing?):\n{built.ToFullString()}");
        }

        return parsed;
    }

    private static async Task<bool> HasSameTextAsync(Document one, Document other, CancellationToken cancellationToken)
    {
        SourceText text = await one.GetTextAsync(cancellationToken).ConfigureAwait(false);
        return text.ContentEquals(await other.GetTextAsync(cancellationToken).ConfigureAwait(false));
    }

    private bool IsAsRead(SyntaxNode built, SyntaxNode read)
        => CodeActionValidationMode switch
        {
            CodeActionValidationMode.None => true,
            CodeActionValidationMode.SemanticStructure => SyntaxFactory.AreEquivalent(built, read, topLevel: false),
            _ => built.IsEquivalentTo(read, topLevel: false),
        };
}

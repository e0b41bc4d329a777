using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <content>The ways of fixing, and what must have become of the files.</content>
public abstract partial class CodeFixTest<TVerifier>
{
    /// <summary>Fixes a project until nothing changes any more, or a limit of iterations is passed.</summary>
    private delegate Task<(Project Project, int Iterations)> Fixing(
        Project project,
        int limit,
        IVerifier verifier,
        CancellationToken cancellationToken);

    private async Task VerifyFixesAsync(
        EvaluatedState test,
        EvaluatedState fixedState,
        EvaluatedState batchFixed,
        ImmutableHashSet<string> fixableIds,
        CancellationToken cancellationToken)
    {
        int fixable = test.Expected.Count(result => fixableIds.Contains(result.Id));
        int incremental = NumberOfIncrementalIterations ?? (test.FilesDiffer(fixedState) ? -Math.Max(1, fixable) : 0);
        await VerifyFixAsync(test, fixedState, incremental, FixOneAfterTheOtherAsync, "Iterative code fix application", cancellationToken)
            .ConfigureAwait(false);

        bool batchChanges = test.FilesDiffer(batchFixed);
        int fixAll = NumberOfFixAllIterations ?? (batchChanges ? 1 : 0);
        int inDocument = NumberOfFixAllInDocumentIterations
            ?? NumberOfFixAllIterations
            ?? (batchChanges ? -Math.Max(1, DocumentsWithFixable(test, fixableIds)) : 0);
        int inProject = NumberOfFixAllInProjectIterations ?? fixAll;
        (FixAllScope Scope, CodeFixTestBehaviors Skip, int Iterations, string Context)[] scopes =
        [
            (FixAllScope.Document, CodeFixTestBehaviors.SkipFixAllInDocumentCheck, inDocument, "Fix all in document"),
            (FixAllScope.Project, CodeFixTestBehaviors.SkipFixAllInProjectCheck, inProject, "Fix all in project"),
            (FixAllScope.Solution, CodeFixTestBehaviors.SkipFixAllInSolutionCheck, fixAll, "Fix all in solution"),
        ];
        foreach ((FixAllScope scope, CodeFixTestBehaviors skip, int iterations, string context) in scopes)
        {
            if (CodeFixTestBehaviors.HasFlag(skip) || !GetCodeFixProviders().Any(provider => provider.GetFixAllProvider() is not null))
                continue;

            Task<(Project, int)> FixAllAsync(Project project, int limit, IVerifier verifier, CancellationToken cancellation)
                => FixAllInScopeAsync(scope, project, limit, verifier, cancellation);

            await VerifyFixAsync(test, batchFixed, iterations, FixAllAsync, context, cancellationToken).ConfigureAwait(false);
        }
    }

    private static int DocumentsWithFixable(EvaluatedState test, ImmutableHashSet<string> fixableIds)
        => test.Expected
            .Where(result => result.HasLocation && fixableIds.Contains(result.Id))
            .Select(result => result.Spans[0].Span.Path)
            .Distinct(StringComparer.Ordinal)
            .Count();

    private async Task VerifyFixAsync(
        EvaluatedState before,
        EvaluatedState after,
        int expectedIterations,
        Fixing fix,
        string context,
        CancellationToken cancellationToken)
    {
        IVerifier verifier = Verify.PushContext(context);
        Project project = await CreateProjectAsync(before, cancellationToken).ConfigureAwait(false);
        _nothingChosen = string.Empty;
        (Project fixedProject, int iterations) = await fix(
            project,
            Math.Abs(expectedIterations),
            verifier,
            cancellationToken).ConfigureAwait(false);

        // The texts first: they show what a fix too few or too many has done.
        string iterationProblem = IterationProblem(expectedIterations, iterations);
        string remark = string.Concat(
            new[] { iterationProblem, _nothingChosen }.Where(text => text.Length > 0).Select(text => "\n" + text));
        await VerifyFilesAsync(after, fixedProject, remark, verifier, cancellationToken).ConfigureAwait(false);
        if (iterationProblem.Length > 0)
            verifier.Fail(iterationProblem);
    }

    /// <summary>One iteration beyond the limit is begun, to see that there is one.</summary>
    private static string IterationProblem(int expected, int done)
        => expected < 0
            ? done <= -expected ? string.Empty : $"at most {-expected} iterations expected, but the fix goes on changing the code."
            : done == expected
                ? string.Empty
                : $"{expected} iterations expected, {(done > expected ? "but the fix goes on changing the code" : $"{done} done")}.";

    private async Task VerifyFilesAsync(
        EvaluatedState expected,
        Project actual,
        string remark,
        IVerifier verifier,
        CancellationToken cancellationToken)
    {
        IEnumerable<(string, ImmutableArray<(string Path, SourceText Content)>, IEnumerable<TextDocument>)> kinds =
        [
            ("source", expected.Sources, actual.Documents),
            ("additional file", expected.AdditionalFiles, actual.AdditionalDocuments),
            ("analyzer config file", expected.AnalyzerConfigFiles, actual.AnalyzerConfigDocuments),
        ];
        foreach ((string kind, ImmutableArray<(string Path, SourceText Content)> expectedFiles, IEnumerable<TextDocument> files) in kinds)
        {
            var actualByName = files.ToDictionary(NameOf, StringComparer.Ordinal);
            foreach ((string path, SourceText content) in expectedFiles)
            {
                if (!actualByName.Remove(NameOf(path), out TextDocument? document))
                    verifier.Fail($"The {kind} '{path}' is expected after the fix, but is not there.{remark}");

                SourceText text = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
                verifier.EqualOrDiff(content.ToString(), text.ToString(), $"The {kind} '{path}' is not as expected after the fix.{remark}");
            }

            if (actualByName.Count > 0)
                verifier.Fail($"The {kind} '{actualByName.Keys.First()}' is not expected after the fix, but is there.{remark}");
        }
    }

    /// <summary>A file that a fix adds has folders and a name, and often no path.</summary>
    private string NameOf(TextDocument document)
        => document.FilePath is { Length: > 0 } path ? NameOf(path) : Path.Combine([.. document.Folders, document.Name]);

    private string NameOf(string path) => Path.Combine([.. FoldersOf(path), Path.GetFileName(path)]);
}

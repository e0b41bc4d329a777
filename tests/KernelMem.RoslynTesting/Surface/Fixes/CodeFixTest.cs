using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Tests of an analyzer with its fix: one diagnostic after the other, then all of a document, a project and a solution.</summary>
public abstract partial class CodeFixTest<TVerifier> : CodeActionTest<TVerifier>
    where TVerifier : IVerifier, new()
{
    /// <summary>One more source as it must be after the fix.</summary>
    public string FixedCode
    {
        set
        {
            if (value is not null)
                FixedState.Sources.Add(value);
        }
    }

    public SolutionState FixedState => field ??= new SolutionState(DefaultTestProjectName, Language, DefaultFilePathPrefix, DefaultFileExt);

    /// <summary>One more source as it must be after Fix All, where that is not as after one fix at a time.</summary>
    public string BatchFixedCode
    {
        set
        {
            if (value is not null)
                BatchFixedState.Sources.Add(value);
        }
    }

    public SolutionState BatchFixedState => field ??= new SolutionState(
        DefaultTestProjectName,
        Language,
        DefaultFilePathPrefix,
        DefaultFileExt);

    /// <summary>
    /// How many fixes lead to the fixed state; a negative number is a limit. Null: none if nothing should change, else at most one for each
    /// fixable diagnostic.
    /// </summary>
    public int? NumberOfIncrementalIterations { get; set; }

    /// <summary>How often Fix All must be done; null: once, if something should change.</summary>
    public int? NumberOfFixAllIterations { get; set; }

    /// <summary>The same for a document; null: as <see cref="NumberOfFixAllIterations"/>, in at most as many documents.</summary>
    public int? NumberOfFixAllInDocumentIterations { get; set; }

    /// <summary>The same for a project; null: as <see cref="NumberOfFixAllIterations"/>.</summary>
    public int? NumberOfFixAllInProjectIterations { get; set; }

    public CodeFixTestBehaviors CodeFixTestBehaviors { get; set; }

    protected abstract IEnumerable<CodeFixProvider> GetCodeFixProviders();

    /// <summary>What the compiler reports is looked at as well where a fix is for it.</summary>
    protected override bool IsCompilerDiagnosticIncluded(Diagnostic diagnostic, CompilerDiagnostics compilerDiagnostics)
        => base.IsCompilerDiagnosticIncluded(diagnostic, compilerDiagnostics)
            || GetCodeFixProviders().Any(provider => provider.FixableDiagnosticIds.Contains(diagnostic.Id));

    protected override async Task RunImplAsync(CancellationToken cancellationToken)
    {
        Verify.NotEmpty($"{nameof(TestState)}.{nameof(SolutionState.Sources)}", TestState.Sources);
        ImmutableHashSet<string> fixableIds = [.. GetCodeFixProviders().SelectMany(provider => provider.FixableDiagnosticIds)];
        if (EvaluateStates(fixableIds, TestState, FixedState, BatchFixedState) is not [var test, var fixedState, var batchFixed])
            throw new InvalidOperationException("Three states were evaluated.");

        await VerifyGeneratedSourcesAsync(
            test,
            Verify.PushContext("Generated sources of test state"),
            cancellationToken).ConfigureAwait(false);
        await VerifyDiagnosticsAsync(test, Verify.PushContext("Diagnostics of test state"), cancellationToken).ConfigureAwait(false);
        if (!CodeActionExpected(FixedState) && !CodeActionExpected(BatchFixedState))
            return;

        // Where the test says that nothing changes, its diagnostics are still there.
        if (test.FilesDiffer(fixedState))
        {
            await VerifyDiagnosticsAsync(
                fixedState,
                Verify.PushContext("Diagnostics of fixed state"),
                cancellationToken).ConfigureAwait(false);
        }

        if (CodeActionExpected(BatchFixedState) && fixedState.FilesDiffer(batchFixed) && test.FilesDiffer(batchFixed))
        {
            await VerifyDiagnosticsAsync(
                batchFixed,
                Verify.PushContext("Diagnostics of batch fixed state"),
                cancellationToken).ConfigureAwait(false);
        }

        await VerifyFixesAsync(test, fixedState, batchFixed, fixableIds, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The diagnostic that is fixed next.</summary>
    protected virtual Diagnostic? TrySelectDiagnosticToFix(ImmutableArray<Diagnostic> fixableDiagnostics)
        => fixableDiagnostics.FirstOrDefault();
}

using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.RoslynTesting;

/// <summary>
/// A test of one of our rules with its fix: compiled as a kernel is, and with the checks of the hidden modes. Our rules look at generated
/// code as well, so that they must not be silent there.
/// </summary>
public class RuleFixTest<TAnalyzer, TCodeFix> : CSharpCodeFixTest<TAnalyzer, TCodeFix, DefaultVerifier>
    where TAnalyzer : DiagnosticAnalyzer, new()
    where TCodeFix : CodeFixProvider, new()
{
    public RuleFixTest()
    {
        this.UseReferences(KernelReferences.Library);
        TestBehaviors |= TestBehaviors.SkipGeneratedCodeCheck;

        // An analyzer's own rule comes before what all of ours report.
        MarkupOptions = MarkupOptions.UseFirstDescriptor;
    }

    /// <summary>Leaves out the checks of <see cref="HiddenModes"/>.</summary>
    public bool SkipHiddenModes { get; set; }

    /// <summary>Checks what the rule reports in a source, and what the fix makes of it.</summary>
    public static Task VerifyAsync(string source, string fixedSource, params DiagnosticResult[] expected)
    {
        var test = new RuleFixTest<TAnalyzer, TCodeFix> { TestCode = source, FixedCode = fixedSource };
        test.ExpectedDiagnostics.AddRange(expected);
        return test.RunAsync();
    }

    protected override async Task RunImplAsync(CancellationToken cancellationToken)
    {
        await base.RunImplAsync(cancellationToken).ConfigureAwait(false);
        if (!SkipHiddenModes)
        {
            await HiddenModes.VerifyAsync(
                this,
                [.. GetDiagnosticAnalyzers()],
                CreateCompilationOptions(),
                CreateParseOptions(),
                cancellationToken)
                .ConfigureAwait(false);
        }
    }

    protected override Project ApplyCompilationOptions(Project project)
        => KernelCompilation.LetConfigurationSetSeverities(
            base.ApplyCompilationOptions(project),
            GetDiagnosticAnalyzers(),
            DisabledDiagnostics);

    protected override CompilationOptions CreateCompilationOptions() => KernelCompilation.Options;

    protected override ParseOptions CreateParseOptions() => KernelCompilation.ParseOptions;
}

using System.Threading.Tasks;
using KernelMem.RoslynTesting;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.CodeFixes.Tests;

/// <summary>
/// Checks a fix in a kernel's source, one diagnostic at a time and all at once. What is reported is marked in the source; what is left must
/// be marked in the fixed one.
/// </summary>
internal static class Verify
{
    private const string Profile = "is_global = true\nbuild_property.KernelMemProfile = Kernel\n";

    /// <summary>The fix makes that of it.</summary>
    /// <param name="source">Before.</param>
    /// <param name="fixedSource">After.</param>
    /// <param name="action">Which of several fixes, the first being 0.</param>
    public static Task Fix<TAnalyzer, TFix>(string source, string fixedSource, int action = 0)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
        => Fix<TAnalyzer, TFix>([source], [fixedSource], action);

    /// <summary>The fix makes that of several files.</summary>
    public static Task Fix<TAnalyzer, TFix>(string[] sources, string[] fixedSources, int action = 0)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
        => Create<TAnalyzer, TFix>(sources, fixedSources, action).RunAsync();

    /// <summary>The fix makes that of it, where the rule goes on until its author has done the rest.</summary>
    public static Task FixPart<TAnalyzer, TFix>(string source, string fixedSource)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        RuleFixTest<TAnalyzer, TFix> test = Create<TAnalyzer, TFix>([source], [fixedSource], action: 0);
        test.FixedState.MarkupHandling = MarkupMode.Allow;
        return test.RunAsync();
    }

    /// <summary>The fix does not offer itself.</summary>
    public static Task NoFix<TAnalyzer, TFix>(string source)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
        => Fix<TAnalyzer, TFix>(source, source);

    private static RuleFixTest<TAnalyzer, TFix> Create<TAnalyzer, TFix>(string[] sources, string[] fixedSources, int action)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        var test = new RuleFixTest<TAnalyzer, TFix> { CodeActionIndex = action, SkipHiddenModes = true };
        foreach (string source in sources)
        {
            test.TestState.Sources.Add(source);
        }

        foreach (string source in fixedSources)
        {
            test.FixedState.Sources.Add(source);
        }

        // The rule's own tests compare its diagnostics with a pragma and without.
        test.TestBehaviors |= TestBehaviors.SkipSuppressionCheck;
        test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", Profile));
        return test;
    }
}

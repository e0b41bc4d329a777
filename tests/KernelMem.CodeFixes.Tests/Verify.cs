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
    /// <param name="compareTrees">False where the compiler calls a tree another than the same text, as it does for changed switch sections.</param>
    public static Task Fix<TAnalyzer, TFix>(string source, string fixedSource, int action = 0, bool compareTrees = true)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        var test = new RuleFixTest<TAnalyzer, TFix> { TestCode = source, FixedCode = fixedSource, CodeActionIndex = action, SkipHiddenModes = true };

        // The rule's own tests compare its diagnostics with a pragma and without.
        test.TestBehaviors |= TestBehaviors.SkipSuppressionCheck;
        test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", Profile));
        if (!compareTrees)
            test.CodeActionValidationMode = CodeActionValidationMode.None;

        return test.RunAsync();
    }

    /// <summary>The fix does not offer itself.</summary>
    public static Task NoFix<TAnalyzer, TFix>(string source)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
        => Fix<TAnalyzer, TFix>(source, source);
}

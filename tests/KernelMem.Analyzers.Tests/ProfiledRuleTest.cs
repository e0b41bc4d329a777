using KernelMem.RoslynTesting;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.Analyzers.Tests;

/// <summary>What sources under test need not say.</summary>
internal static class ProfiledRuleTest
{
    public const string Usings = """
        global using System;
        global using System.Runtime.CompilerServices;
        global using System.Runtime.InteropServices;
        global using KernelMem;
        global using KernelMem.Addresses;
        global using KernelMem.AddressSpaces;
        global using KernelMem.Annotations;
        global using KernelMem.Diagnostics;
        global using KernelMem.Failures;
        global using KernelMem.Frames;
        global using KernelMem.Paging;
        global using KernelMem.Platform;
        """;
}

/// <summary>A test of a rule in a project with a profile. Beside the test's own sources lies one of global usings, for short tests.</summary>
public class ProfiledRuleTest<TAnalyzer> : RuleTest<TAnalyzer>
    where TAnalyzer : DiagnosticAnalyzer, new()
{
    /// <summary>A pragma that the harness puts before every file is needed in some of them only (KM0004).</summary>
    private const string NeedlessSuppression = "KM0004";

    public ProfiledRuleTest(string profile, bool areSuppressionsJudged = false)
    {
        if (areSuppressionsJudged)
            TestBehaviors |= TestBehaviors.SkipSuppressionCheck;
        else
            DisabledDiagnostics.Add(NeedlessSuppression);

        TestState.AnalyzerConfigFiles.Add(("/.globalconfig", $"is_global = true\nbuild_property.KernelMemProfile = {profile}\n"));
        TestState.Sources.Add(("/0/Usings.cs", ProfiledRuleTest.Usings));
    }
}

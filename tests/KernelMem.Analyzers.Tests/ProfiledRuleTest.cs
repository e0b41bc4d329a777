using KernelMem.RoslynTesting;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Analyzers.Tests;

/// <summary>A test of a rule in a project with a profile. Beside the test's own sources lies one of global usings, for short tests.</summary>
public class ProfiledRuleTest<TAnalyzer> : RuleTest<TAnalyzer>
    where TAnalyzer : DiagnosticAnalyzer, new()
{
    private const string Usings = """
        global using System;
        global using System.Runtime.CompilerServices;
        global using System.Runtime.InteropServices;
        global using KernelMem;
        global using KernelMem.Addresses;
        global using KernelMem.AddressSpaces;
        global using KernelMem.Annotations;
        global using KernelMem.Failures;
        global using KernelMem.Frames;
        global using KernelMem.Paging;
        global using KernelMem.Platform;
        """;

    public ProfiledRuleTest(string profile)
    {
        TestState.AnalyzerConfigFiles.Add(("/.globalconfig", $"is_global = true\nbuild_property.KernelMemProfile = {profile}\n"));
        TestState.Sources.Add(("/0/Usings.cs", Usings));
    }
}

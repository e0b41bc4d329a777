using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.RoslynTesting;

/// <summary>How the code under test is compiled.</summary>
public static class KernelCompilation
{
    public static CSharpCompilationOptions Options { get; } = new(
        OutputKind.DynamicallyLinkedLibrary,
        allowUnsafe: true,
        nullableContextOptions: NullableContextOptions.Enable);

    /// <summary>C# 14 has no name of its own in the compiler that the analyzers are built on.</summary>
    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.Preview, DocumentationMode.Diagnose);

    /// <summary>
    /// The harness fixes the severity of every rule, against .editorconfig and .globalconfig. Here they count, as our presets are made of
    /// them; only rules that are off by default stay on.
    /// </summary>
    internal static Project LetConfigurationSetSeverities(
        Project project,
        IEnumerable<DiagnosticAnalyzer> analyzers,
        IReadOnlyCollection<string> disabledIds)
    {
        IEnumerable<string> free = analyzers
            .SelectMany(analyzer => analyzer.SupportedDiagnostics)
            .Where(descriptor => descriptor.IsEnabledByDefault)
            .Select(descriptor => descriptor.Id)
            .Except(disabledIds);
        ImmutableDictionary<string, ReportDiagnostic> severities = project.CompilationOptions!.SpecificDiagnosticOptions;
        return project.WithCompilationOptions(project.CompilationOptions.WithSpecificDiagnosticOptions(severities.RemoveRange(free)));
    }
}

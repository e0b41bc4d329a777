using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.RoslynTesting.Tests.Samples;

/// <summary>Says something else each time.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CountingAnalyzer : BadNameAnalyzer
{
    private static int s_count;

    protected override GeneratedCodeAnalysisFlags? GeneratedCode
        => GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics;

    protected override void Report(SyntaxNodeAnalysisContext context, SyntaxToken name)
        => context.ReportDiagnostic(
            Diagnostic.Create(Rule, name.GetLocation(), $"{name.ValueText} no. {Interlocked.Increment(ref s_count)}"));
}

/// <summary>Looks at the first source only.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FirstSourceAnalyzer : BadNameAnalyzer
{
    protected override GeneratedCodeAnalysisFlags? GeneratedCode
        => GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics;

    protected override void Report(SyntaxNodeAnalysisContext context, SyntaxToken name)
    {
        if (name.SyntaxTree == context.Compilation.SyntaxTrees.First())
            base.Report(context, name);
    }
}

/// <summary>Wants a certain source to be the first.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SourceInFrontAnalyzer(string path) : LocalNameAnalyzer(BadNameAnalyzer.Rule)
{
    protected override GeneratedCodeAnalysisFlags? GeneratedCode
        => GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics;

    protected override void Report(SyntaxNodeAnalysisContext context, SyntaxToken name)
    {
        if (context.Compilation.SyntaxTrees.First().FilePath == path)
            base.Report(context, name);
    }
}

/// <summary>Says something else of a file each time.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CountingFileAnalyzer : FileAnalyzer
{
    private static int s_count;

    protected override string Describe(string name) => $"{name} no. {Interlocked.Increment(ref s_count)}";
}

/// <summary>Quotes the initializer, and is silent in generated code.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class InitializerAnalyzer : BadNameAnalyzer
{
    protected override void Report(SyntaxNodeAnalysisContext context, SyntaxToken name)
        => context.ReportDiagnostic(
            Diagnostic.Create(Rule, name.GetLocation(), ((VariableDeclaratorSyntax)name.Parent!).Initializer!.Value.ToString()));
}

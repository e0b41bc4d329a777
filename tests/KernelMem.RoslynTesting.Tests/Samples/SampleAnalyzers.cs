using System;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace KernelMem.RoslynTesting.Tests.Samples;

/// <summary>Looks at generated code as well, and says so.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EverywhereAnalyzer : BadNameAnalyzer
{
    protected override GeneratedCodeAnalysisFlags? GeneratedCode
        => GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics;
}

/// <summary>Looks at generated code as well, since it says nothing about it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CarelessAnalyzer : BadNameAnalyzer
{
    protected override GeneratedCodeAnalysisFlags? GeneratedCode => null;
}

/// <summary>Reports at places that the compiler does not know to be in a source: <c>#pragma</c> does not reach them.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DetachedAnalyzer : BadNameAnalyzer
{
    protected override void Report(SyntaxNodeAnalysisContext context, SyntaxToken name)
    {
        FileLinePositionSpan span = name.GetLocation().GetLineSpan();
        context.ReportDiagnostic(Diagnostic.Create(Rule, Location.Create(span.Path, name.Span, span.Span), name.ValueText));
    }
}

/// <summary>Cannot be switched off.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NotConfigurableAnalyzer() : LocalNameAnalyzer(Rule)
{
    public static readonly DiagnosticDescriptor Rule = CreateRule("TEST2", customTags: WellKnownDiagnosticTags.NotConfigurable);
}

/// <summary>Is off unless someone switches it on.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OffByDefaultAnalyzer() : LocalNameAnalyzer(Rule)
{
    public static readonly DiagnosticDescriptor Rule = CreateRule("TEST3", isEnabledByDefault: false);
}

/// <summary>Throws.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ThrowingAnalyzer : BadNameAnalyzer
{
    protected override void Report(SyntaxNodeAnalysisContext context, SyntaxToken name)
        => throw new NotSupportedException("The analyzer is broken.");
}

/// <summary>Has two rules: bad names, and names that are worse.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TwoRulesAnalyzer() : LocalNameAnalyzer(Bad, Worse)
{
    public static readonly DiagnosticDescriptor Bad = CreateRule("TEST4");
    public static readonly DiagnosticDescriptor Worse = CreateRule("TEST5", DiagnosticSeverity.Error);

    protected override void Report(SyntaxNodeAnalysisContext context, SyntaxToken name)
        => context.ReportDiagnostic(
            Diagnostic.Create(name.ValueText.Length > 3 ? Worse : Bad, name.GetLocation(), name.ValueText));
}

/// <summary>Says two things of each name.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TalkativeAnalyzer : BadNameAnalyzer
{
    protected override void Report(SyntaxNodeAnalysisContext context, SyntaxToken name)
    {
        context.ReportDiagnostic(Diagnostic.Create(Rule, name.GetLocation(), "first"));
        context.ReportDiagnostic(Diagnostic.Create(Rule, name.GetLocation(), "second"));
    }
}

/// <summary>Points at the type as well.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PointingAnalyzer : BadNameAnalyzer
{
    protected override void Report(SyntaxNodeAnalysisContext context, SyntaxToken name)
        => context.ReportDiagnostic(Diagnostic.Create(
            Rule,
            name.GetLocation(),
            [name.Parent!.FirstAncestorOrSelf<TypeDeclarationSyntax>()!.Identifier.GetLocation()],
            name.ValueText));
}

/// <summary>Reports once for the whole compilation, at no place.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PlacelessAnalyzer() : LocalNameAnalyzer(Rule)
{
    public static readonly DiagnosticDescriptor Rule = CreateRule("TEST6", customTags: WellKnownDiagnosticTags.CompilationEnd);

    protected override void Register(AnalysisContext context)
        => context.RegisterCompilationAction(
            compilation => compilation.ReportDiagnostic(Diagnostic.Create(Rule, Location.None, "everywhere")));
}

/// <summary>Reports additional files that hold "bad", if the option test_files is on.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public class FileAnalyzer : BadNameAnalyzer
{
    protected virtual string Describe(string name) => name;

    protected override void Register(AnalysisContext context) => context.RegisterAdditionalFileAction(file =>
    {
        SourceText text = file.AdditionalFile.GetText(file.CancellationToken)!;
        int bad = text.ToString().IndexOf("bad", StringComparison.Ordinal);
        if (bad < 0 || !file.Options.AnalyzerConfigOptionsProvider.GlobalOptions.TryGetValue("test_files", out string? on) || on != "on")
            return;

        var span = new TextSpan(bad, 3);
        file.ReportDiagnostic(
            Diagnostic.Create(
                Rule,
                Location.Create(file.AdditionalFile.Path, span, text.Lines.GetLinePositionSpan(span)),
                Describe("bad")));
    });
}

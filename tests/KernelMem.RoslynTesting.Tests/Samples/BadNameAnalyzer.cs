using System;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.RoslynTesting.Tests.Samples;

/// <summary>Reports every local whose name begins with "bad".</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public class BadNameAnalyzer : DiagnosticAnalyzer
{
    public const string Id = "TEST1";

    public static readonly DiagnosticDescriptor Rule =
        new(Id, "Bad name", "The local '{0}' has a bad name", "Test", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rule];

    protected virtual GeneratedCodeAnalysisFlags GeneratedCode => GeneratedCodeAnalysisFlags.None;

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCode);
        context.RegisterSyntaxNodeAction(Analyze, SyntaxKind.VariableDeclarator);
    }

    private void Analyze(SyntaxNodeAnalysisContext context)
    {
        SyntaxToken name = ((VariableDeclaratorSyntax)context.Node).Identifier;
        if (name.ValueText.StartsWith("bad", StringComparison.Ordinal))
            context.ReportDiagnostic(Diagnostic.Create(Rule, name.GetLocation(), name.ValueText));
    }
}

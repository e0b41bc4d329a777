using System;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.RoslynTesting.Tests.Samples;

/// <summary>Looks at the names of locals; what begins with "bad" is reported. The samples differ in how.</summary>
public abstract class LocalNameAnalyzer(params DiagnosticDescriptor[] rules) : DiagnosticAnalyzer
{
    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [.. rules];

    protected virtual GeneratedCodeAnalysisFlags? GeneratedCode => GeneratedCodeAnalysisFlags.None;

    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        if (GeneratedCode is { } flags)
            context.ConfigureGeneratedCodeAnalysis(flags);

        Register(context);
    }

    protected static DiagnosticDescriptor CreateRule(
        string id,
        DiagnosticSeverity severity = DiagnosticSeverity.Warning,
        bool isEnabledByDefault = true,
        params string[] customTags)
        => new(id, "Bad name", "The local '{0}' has a bad name", "Test", severity, isEnabledByDefault, customTags: customTags);

    protected virtual void Register(AnalysisContext context)
        => context.RegisterSyntaxNodeAction(
            node =>
            {
                SyntaxToken name = ((VariableDeclaratorSyntax)node.Node).Identifier;
                if (name.ValueText.StartsWith("bad", StringComparison.Ordinal))
                    Report(node, name);
            },
            SyntaxKind.VariableDeclarator);

    protected virtual void Report(SyntaxNodeAnalysisContext context, SyntaxToken name)
        => context.ReportDiagnostic(Diagnostic.Create(SupportedDiagnostics[0], name.GetLocation(), name.ValueText));
}

using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Runtime;

/// <summary>KM1026: the runtime effect. In code that a profile holds to no allocation, because there is no runtime under it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RuntimeAnalyzer : KernelAnalyzer
{
    private protected override ImmutableArray<DiagnosticDescriptor> Rules { get; } = [RuleDescriptors.NeedsRuntime];

    private protected override void Start(CompilationStartAnalysisContext context, KernelContext kernel)
    {
        if (kernel.Effects.IsFreestanding)
            context.RegisterOperationAction(operation => Visit(operation, kernel), RuntimeNeeds.Kinds);
    }

    private static void Visit(OperationAnalysisContext context, KernelContext kernel)
    {
        IOperation operation = context.Operation;
        ISymbol function = operation.InnerFunction() ?? context.ContainingSymbol;
        if (RuntimeNeeds.Of(operation, context.Compilation) is { } need && kernel.Effects.MustNotAllocate(function) && operation.Root() is not IAttributeOperation && !IsAttribute(context.ContainingSymbol.ContainingType))
            context.Report(Diagnostic.Create(RuleDescriptors.NeedsRuntime, PlaceOf(operation), SymbolNames.Of(function), need));
    }

    /// <summary>The code of attributes is for compilers.</summary>
    private static bool IsAttribute(INamedTypeSymbol? type) => type?.BaseType is { Name: "Attribute", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    /// <summary>A handler is long: its first word will do.</summary>
    private static Location PlaceOf(IOperation operation)
        => operation is ICatchClauseOperation or ILockOperation ? operation.Syntax.GetFirstToken().GetLocation() : operation.Syntax.GetLocation();
}

using System.Collections.Concurrent;
using System.Linq;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Effects;

/// <summary>The summaries of a compilation's functions, as bodies are looked at: by several threads, in any order.</summary>
internal sealed class SummaryStore(Compilation compilation)
{
    private readonly ConcurrentDictionary<ISymbol, FunctionSummary> _summaries = new(SymbolEqualityComparer.Default);

    /// <summary>Adds what was found in a function, or in the initializer of a field or property.</summary>
    public void Add(ISymbol function, FunctionSummary summary) => _summaries.AddOrUpdate(function, summary, (_, before) => before.Then(summary));

    /// <summary>What a member of the compilation does. What was not looked at had nothing in it.</summary>
    public FunctionSummary Of(IMethodSymbol member)
    {
        IMethodSymbol definition = member.OriginalDefinition;
        FunctionSummary own = CompilersMembers.Of(definition, compilation).Then(Find(definition));
        if (definition.MethodKind is not (MethodKind.Constructor or MethodKind.StaticConstructor))
            return own;

        // Initializers run in the constructors, in the order of the source; between the parts of a type, in no order that C# tells.
        bool isStatic = definition.MethodKind == MethodKind.StaticConstructor;
        return SourceOrder.Of(definition.ContainingType.GetMembers().Where(initialized => initialized is IFieldSymbol or IPropertySymbol && initialized.IsStatic == isStatic))
            .Select(Find)
            .Append(own)
            .Aggregate(static (all, next) => all.Then(next));
    }

    private FunctionSummary Find(ISymbol function) => _summaries.TryGetValue(function, out FunctionSummary? summary) ? summary : FunctionSummary.Empty;
}

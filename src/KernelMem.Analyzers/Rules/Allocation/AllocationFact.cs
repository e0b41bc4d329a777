using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>One thing in a function's own code that an allocation rule objects to, whether or not the function may.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Location">Where.</param>
/// <param name="Details">What the rule's message says after the name of the function.</param>
internal readonly record struct AllocationFact(DiagnosticDescriptor Rule, Location Location, ImmutableArray<object> Details)
{
    /// <summary>The fact as what is wrong with a function.</summary>
    public Diagnostic In(ISymbol function) => Diagnostic.Create(Rule, Location, [SymbolNames.Of(function), .. Details]);
}

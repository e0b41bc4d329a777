using System.Collections.Concurrent;
using System.Linq;
using KernelMem.Analyzers.Constants;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Rules.Paging;

/// <summary>Which members of which enums allow writing and executing.</summary>
internal sealed class EnumGrants(KnownSymbols symbols)
{
    private readonly ConcurrentDictionary<INamedTypeSymbol, (ulong[] Write, ulong[] Execute)> _marked = new(SymbolEqualityComparer.Default);

    /// <summary>Whether a value of an enum allows both.</summary>
    public bool AreBothIn(INamedTypeSymbol type, ulong value)
    {
        (ulong[] write, ulong[] execute) = _marked.GetOrAdd(type, Read);
        return write.Any(Contains) && execute.Any(Contains);

        bool Contains(ulong member) => member != 0 && (value & member) == member;
    }

    private (ulong[] Write, ulong[] Execute) Read(INamedTypeSymbol type) => (Marked(type, symbols.GrantsWrite), Marked(type, symbols.GrantsExecute));

    private static ulong[] Marked(INamedTypeSymbol type, INamedTypeSymbol? mark)
        => [.. type.GetMembers().OfType<IFieldSymbol>().Where(member => member.Has(mark)).Select(static member => Numbers.Of(member.ConstantValue) ?? 0)];
}

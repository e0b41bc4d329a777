using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Effects;

/// <summary>Finds what a generic member of another assembly runs of the type arguments that it is given.</summary>
internal sealed class TypeArgumentCalls(Compilation compilation)
{
    /// <param name="member">The member, with its type arguments.</param>
    /// <param name="needs">What it uses of them, as <see cref="TypeArgumentNeeds"/> has it.</param>
    /// <param name="place">Where it is told.</param>
    /// <param name="effect">The effect that is looked for.</param>
    /// <param name="reason">Why it has the effect by itself; null if it has not.</param>
    /// <returns>The calls of the arguments' members. Arguments that are type parameters are left to whoever gives those.</returns>
    public IReadOnlyList<CallSite> Of(IMethodSymbol member, string needs, Location place, Effect effect, out string? reason)
    {
        List<CallSite> calls = [];
        reason = null;
        foreach (ITypeSymbol argument in Arguments(member).Where(static argument => argument is not ITypeParameterSymbol))
        {
            foreach (string need in needs.Split([' '], StringSplitOptions.RemoveEmptyEntries))
            {
                if (string.Equals(need, TypeArgumentNeeds.Box, StringComparison.Ordinal))
                    reason ??= effect == Effect.Allocate && argument.IsValueType ? $"boxes '{SymbolNames.Of(argument)}'" : null;
                else if (string.Equals(need, TypeArgumentNeeds.New, StringComparison.Ordinal))
                    reason ??= New(argument, place, effect, calls);
                else if (need.StartsWith(TypeArgumentNeeds.Comparer, StringComparison.Ordinal))
                    calls.AddRange(new[] { DefaultComparison.Of(need.Substring(TypeArgumentNeeds.Comparer.Length), argument, compilation, place) }.OfType<CallSite>());
                else
                    calls.AddRange(Members(need, argument).Select(target => new CallSite(CallKind.Constrained, target, argument, place)));
            }
        }

        return calls;
    }

    private static IEnumerable<ITypeSymbol> Arguments(IMethodSymbol member)
    {
        IEnumerable<ITypeSymbol> arguments = member.TypeArguments;
        for (INamedTypeSymbol? type = member.ContainingType; type is not null; type = type.ContainingType)
        {
            arguments = arguments.Concat(type.TypeArguments);
        }

        return arguments;
    }

    private static string? New(ITypeSymbol type, Location place, Effect effect, List<CallSite> calls)
    {
        if (type is not INamedTypeSymbol named)
            return null;

        if (named.InstanceConstructors.FirstOrDefault(static constructor => constructor.Parameters.IsEmpty) is { } constructor)
            calls.Add(new CallSite(CallKind.Direct, constructor, null, place));
        return effect == Effect.Allocate && !type.IsValueType ? $"creates an object of class '{SymbolNames.Of(type)}'" : null;
    }

    /// <summary>A member of object, or of the contracts that the type has; none of one that it has not, which is for another argument.</summary>
    private IEnumerable<IMethodSymbol> Members(string id, ITypeSymbol argument)
    {
        if (DocumentationCommentId.GetFirstSymbolForDeclarationId(id, compilation) is not IMethodSymbol { ContainingType: { } declaring } member)
            return [];
        if (declaring.TypeKind != TypeKind.Interface)
            return declaring.SpecialType is SpecialType.System_Object or SpecialType.System_ValueType or SpecialType.System_Enum ? [member] : [];

        return argument.AllInterfaces
            .Where(contract => SymbolEqualityComparer.Default.Equals(contract.OriginalDefinition, declaring))
            .SelectMany(contract => contract.GetMembers(member.Name).OfType<IMethodSymbol>())
            .Where(candidate => SymbolEqualityComparer.Default.Equals(candidate.OriginalDefinition, member));
    }
}

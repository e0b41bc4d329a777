using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using KernelMem.Analyzers.Effects;
using KernelMem.Analyzers.Rules.Allocation;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Rules.Calls;

/// <summary>Makes summaries of functions from what the allocation rules see in them, and from their calls.</summary>
internal static class Summaries
{
    public static FunctionSummary Of(ImmutableArray<CallSite> calls, IReadOnlyList<AllocationFact> facts)
    {
        EffectSource? allocates = facts.Where(static fact => IsCertain(fact.Rule)).OrderBy(static fact => fact.Location.SourceSpan.Start).Select(ToSource).FirstOrDefault();
        EffectSource? throws = facts.Where(static fact => fact.Rule.Equals(RuleDescriptors.Throw)).OrderBy(static fact => fact.Location.SourceSpan.Start).Select(ToSource).FirstOrDefault();
        return new FunctionSummary(calls, allocates, throws);
    }

    /// <summary>What the first use or unoptimised code allocates is a matter for the member itself.</summary>
    private static bool IsCertain(DiagnosticDescriptor rule) => !rule.Equals(RuleDescriptors.FirstUseDelegate) && !rule.Equals(RuleDescriptors.Unoptimised);

    /// <summary>What the rule says after "but".</summary>
    private static EffectSource ToSource(AllocationFact fact)
    {
        string text = string.Format(System.Globalization.CultureInfo.InvariantCulture, fact.Rule.MessageFormat.ToString(System.Globalization.CultureInfo.InvariantCulture), [string.Empty, .. fact.Details]);
        int start = text.IndexOf(", but ", System.StringComparison.Ordinal);
        return new EffectSource(start < 0 ? text : text.Substring(start + ", but ".Length), fact.Location);
    }
}

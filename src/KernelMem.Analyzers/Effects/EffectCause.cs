using System.Collections.Generic;
using System.Text;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Effects;

/// <summary>What kind of thing is at the end of a chain of calls.</summary>
internal enum CauseKind
{
    /// <summary>Code that has the effect.</summary>
    Code,

    /// <summary>Code of which nothing is known.</summary>
    Unknown,

    /// <summary>A call of which nobody can say where it goes.</summary>
    Dispatch,

    /// <summary>A static constructor.</summary>
    TypeInitializer,
}

/// <summary>Why a call has an effect: the chain of members, down to what does it.</summary>
/// <param name="Kind">What is at the end.</param>
/// <param name="Member">The member that is called; null where there is nothing but a reason.</param>
/// <param name="Reason">At the end of the chain, what happens there: <c>new 'Node'</c>.</param>
/// <param name="Location">Where that member calls the next, or does it by itself; null outside of the compilation.</param>
/// <param name="Next">The rest of the chain.</param>
internal sealed record EffectCause(CauseKind Kind, IMethodSymbol? Member, string Reason, Location? Location, EffectCause? Next)
{
    /// <summary>The chain, as a message has it: <c>'Log' → 'string.Concat' (new string)</c>.</summary>
    public string Describe()
    {
        StringBuilder text = new();
        for (EffectCause? hop = this; hop is not null; hop = hop.Next)
        {
            if (hop.Member is { } member)
                text.Append(text.Length == 0 ? "'" : " → '").Append(SymbolNames.Qualified(member)).Append('\'');
            if (hop.Next is null && hop.Reason.Length > 0)
                text.Append(text.Length == 0 ? string.Empty : " (").Append(hop.Reason).Append(text.Length == hop.Reason.Length ? string.Empty : ")");
        }

        return text.ToString();
    }

    /// <summary>The places of the chain; what is outside of the compilation has none.</summary>
    public IEnumerable<Location> Places()
    {
        for (EffectCause? hop = this; hop is not null; hop = hop.Next)
        {
            if (hop.Location is { IsInSource: true } place)
                yield return place;
        }
    }
}

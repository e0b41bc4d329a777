using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using KernelMem.Analyzers.Effects;

namespace KernelMem.Effects;

/// <summary>Writes an effects file; <see cref="EffectsFile"/> says what is in it.</summary>
internal static class EffectsWriter
{
    /// <summary>The text, which depends on the assemblies alone.</summary>
    public static string Write(IReadOnlyList<AssemblyEffects> assemblies)
    {
        Dictionary<string, int> reasons = NumbersOf(assemblies, static effects => effects.Reason);
        Dictionary<string, int> needs = NumbersOf(assemblies, static effects => effects.Needs);
        StringBuilder text = new(EffectsFile.Header + "\n");
        foreach (string reason in reasons.Keys)
            text.Append("R ").Append(reason).Append('\n');
        foreach (string need in needs.Keys)
            text.Append("N ").Append(need).Append('\n');

        foreach (AssemblyEffects assembly in assemblies.OrderBy(static assembly => assembly.Name, StringComparer.Ordinal))
        {
            text.Append("A ").Append(assembly.Name).Append(' ').Append(assembly.Mvid.ToString("N")).Append('\n');
            foreach (var type in assembly.Members
                .GroupBy(static member => member.Key.DeclaringType)
                .Select(static type => (Name: DocumentationIds.TypeName(type.Key), Members: type))
                .OrderBy(static type => type.Name, StringComparer.Ordinal))
            {
                text.Append("T ").Append(type.Name).Append('\n');
                foreach ((string id, MemberEffects effects) in type.Members
                    .Select(static member => (Id: DocumentationIds.MemberName(member.Key), member.Value))
                    .OrderBy(static member => member.Id, StringComparer.Ordinal))
                {
                    AppendMember(text, id, effects, reasons, needs);
                }
            }
        }

        return text.ToString();
    }

    private static void AppendMember(StringBuilder text, string id, MemberEffects effects, Dictionary<string, int> reasons, Dictionary<string, int> needs)
    {
        text.Append(EffectLetters.Of(effects.Allocates)).Append(EffectLetters.Of(effects.Throws)).Append(EffectLetters.Of(effects.Blocks)).Append(' ');
        if (effects.Reason.Length > 0)
            text.Append(reasons[effects.Reason]);
        if (effects.Needs.Length > 0)
            text.Append(':').Append(needs[effects.Needs]);
        text.Append(' ').Append(id).Append('\n');
    }

    /// <summary>The most frequent first, so that their numbers are short.</summary>
    private static Dictionary<string, int> NumbersOf(IReadOnlyList<AssemblyEffects> assemblies, Func<MemberEffects, string> textOf)
    {
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        foreach (IGrouping<string, string> text in assemblies
            .SelectMany(static assembly => assembly.Members)
            .Select(member => textOf(member.Value))
            .Where(static text => text.Length > 0)
            .GroupBy(static text => text, StringComparer.Ordinal)
            .OrderByDescending(static text => text.Count())
            .ThenBy(static text => text.Key, StringComparer.Ordinal))
        {
            numbers.Add(text.Key, numbers.Count);
        }

        return numbers;
    }
}

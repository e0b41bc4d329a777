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
        Dictionary<string, int> reasons = ReasonsOf(assemblies);
        StringBuilder text = new(EffectsFile.Header + "\n");
        foreach (string reason in reasons.Keys)
            text.Append("R ").Append(reason).Append('\n');

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
                    AppendMember(text, id, effects, reasons);
                }
            }
        }

        return text.ToString();
    }

    private static void AppendMember(StringBuilder text, string id, MemberEffects effects, Dictionary<string, int> reasons)
    {
        text.Append(EffectLetters.Of(effects.Allocates)).Append(EffectLetters.Of(effects.Throws)).Append(EffectLetters.Of(effects.Blocks)).Append(' ');
        if (effects.Reason.Length > 0)
            text.Append(reasons[effects.Reason]);
        text.Append(' ').Append(id).Append('\n');
    }

    /// <summary>The most frequent first, so that their numbers are short.</summary>
    private static Dictionary<string, int> ReasonsOf(IReadOnlyList<AssemblyEffects> assemblies)
    {
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        foreach (IGrouping<string, MemberEffects> reason in assemblies
            .SelectMany(static assembly => assembly.Members)
            .Select(static member => member.Value)
            .Where(static effects => effects.Reason.Length > 0)
            .GroupBy(static effects => effects.Reason, StringComparer.Ordinal)
            .OrderByDescending(static reason => reason.Count())
            .ThenBy(static reason => reason.Key, StringComparer.Ordinal))
        {
            numbers.Add(reason.Key, numbers.Count);
        }

        return numbers;
    }
}

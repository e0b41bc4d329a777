using System;
using System.Collections.Generic;

namespace KernelMem.Analyzers.Effects;

/// <summary>
/// What people know better than the code shows, and why (<c>*.kmoverrides</c>): a line each, <c>docid verdicts # why</c>; one that begins
/// with <c>#</c> is a comment. The verdicts are three letters, for allocates, throws and blocks: N(ever), F(irst use), T(ype arguments),
/// U(nknown), A(lways). Behind a T may stand what of the type arguments is used (<see cref="TypeArgumentNeeds"/>). <c>M:Type.Name(*)</c> is for all of a name, <c>T:Type</c> for all members of a type, <c>N:Type</c> for those of its
/// members that have no code (only where effects are inferred: a compiler cannot see which these are).
/// </summary>
internal sealed class EffectOverrideFile
{
    private readonly Dictionary<string, MemberEffects> _effects = new(StringComparer.Ordinal);
    private readonly List<string> _errors = [];

    public int Count => _effects.Count;

    /// <summary>The lines that are none. What they were for stays unknown.</summary>
    public IReadOnlyList<string> Errors => _errors;

    public static EffectOverrideFile Parse(string text)
    {
        EffectOverrideFile file = new();
        foreach (string each in text.Split('\n'))
        {
            string line = each.Trim();
            if (line.Length > 0 && line[0] != '#' && !file.Add(line))
                file._errors.Add(line);
        }

        return file;
    }

    /// <summary>What is said of a member.</summary>
    /// <param name="type">The documentation id of its type, without <c>T:</c>.</param>
    /// <param name="member">The rest of its own.</param>
    /// <param name="isNative">Whether it has no code.</param>
    /// <param name="effects">What is said.</param>
    public bool TryGet(string type, string member, bool isNative, out MemberEffects effects)
    {
        effects = default;
        if (_effects.Count == 0)
            return false;

        return _effects.TryGetValue("M:" + type + "." + member, out effects)
            || _effects.TryGetValue("M:" + type + "." + NameOf(member) + "(*)", out effects)
            || (isNative && _effects.TryGetValue("N:" + type, out effects))
            || _effects.TryGetValue("T:" + type, out effects);
    }

    private static string NameOf(string member)
    {
        int end = member.IndexOfAny(['(', '`', '~']);
        return end < 0 ? member : member.Substring(0, end);
    }

    private bool Add(string line)
    {
        int why = line.IndexOf(" # ", StringComparison.Ordinal);
        if (why < 0)
            return false;

        string[] parts = line.Substring(0, why).Split([' '], StringSplitOptions.RemoveEmptyEntries);
        string reason = line.Substring(why + 3).Trim();
        if (parts.Length < 2 || parts[1].Length != 3 || reason.Length == 0 || !EffectLetters.TryParse(parts[1], 0, reason, out MemberEffects effects))
            return false;
        if (parts.Length > 2 && parts[1].IndexOf('T') < 0)
            return false;

        _effects[parts[0]] = effects with { Needs = string.Join(" ", parts, 2, parts.Length - 2) };
        return true;
    }
}

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using KernelMem.Analyzers.Effects;
using Mono.Cecil;

namespace KernelMem.Effects;

/// <summary>
/// What people know better than the code shows, and why: a line each, <c>docid verdicts # why</c>. Of three letters for allocates, throws
/// and blocks each is one of N(ever), F(irst use), T(ype arguments), U(nknown), A(lways). A <c>T:</c> line is for all members of a type.
/// </summary>
internal sealed class EffectOverrides
{
    private readonly Dictionary<string, MemberEffects> _effects = new(StringComparer.Ordinal);
    private readonly Dictionary<MethodDefinition, MemberEffects?> _known = [];

    /// <summary>None.</summary>
    public static EffectOverrides None => new();

    /// <summary>How many lines there are.</summary>
    public int Count => _effects.Count;

    /// <summary>The ones for native code and intrinsics of the platform.</summary>
    public static EffectOverrides OfPlatform()
    {
        using Stream stream = typeof(EffectOverrides).Assembly.GetManifestResourceStream("Platform.kmoverrides");
        using StreamReader reader = new(stream);
        return Parse(reader.ReadToEnd());
    }

    /// <summary>Reads lines. A line that has no reason is an error.</summary>
    public static EffectOverrides Parse(string text)
    {
        EffectOverrides overrides = new();
        foreach (string line in text.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0 && line[0] != '#'))
        {
            int why = line.IndexOf(" # ", StringComparison.Ordinal);
            string[] parts = (why < 0 ? "" : line.Substring(0, why)).Split([' '], StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length != 2 || parts[1].Length != 3)
                throw new FormatException("A line must be 'docid verdicts # why': " + line);

            overrides._effects[parts[0]] = new MemberEffects(Letters.Parse(parts[1][0]), Letters.Parse(parts[1][1]), Letters.Parse(parts[1][2]), line.Substring(why + 3).Trim());
        }

        return overrides;
    }

    public bool TryGet(MethodDefinition method, out MemberEffects effects)
    {
        if (!_known.TryGetValue(method, out MemberEffects? known))
            _known.Add(method, known = Find(method));

        effects = known.GetValueOrDefault();
        return known is not null;
    }

    private MemberEffects? Find(MethodDefinition method)
    {
        if (_effects.Count == 0)
            return null;

        string type = DocumentationIds.TypeName(method.DeclaringType);
        if (_effects.TryGetValue("M:" + type + "." + DocumentationIds.MemberName(method), out MemberEffects effects)
            || _effects.TryGetValue("M:" + type + "." + method.Name + "(*)", out effects)
            || _effects.TryGetValue("T:" + type, out effects))
        {
            return effects;
        }

        return null;
    }
}

namespace KernelMem.Analyzers.Effects;

/// <summary>Verdicts as files have them.</summary>
internal static class EffectLetters
{
    public static char Of(EffectVerdict verdict) => verdict switch
    {
        EffectVerdict.Never => 'N',
        EffectVerdict.FirstUse => 'F',
        EffectVerdict.DependsOnTypeArguments => 'T',
        EffectVerdict.Unknown => 'U',
        _ => 'A',
    };

    public static bool TryParse(char letter, out EffectVerdict verdict)
    {
        verdict = letter switch
        {
            'N' => EffectVerdict.Never,
            'F' => EffectVerdict.FirstUse,
            'T' => EffectVerdict.DependsOnTypeArguments,
            'A' => EffectVerdict.Always,
            _ => EffectVerdict.Unknown,
        };
        return verdict != EffectVerdict.Unknown || letter == 'U';
    }

    /// <summary>The letters for allocates, throws and blocks at a place in a text.</summary>
    public static bool TryParse(string text, int start, string reason, out MemberEffects effects)
    {
        effects = default;
        if (start + 3 > text.Length
            || !TryParse(text[start], out EffectVerdict allocates)
            || !TryParse(text[start + 1], out EffectVerdict throws)
            || !TryParse(text[start + 2], out EffectVerdict blocks))
        {
            return false;
        }

        effects = new MemberEffects(allocates, throws, blocks, reason);
        return true;
    }
}

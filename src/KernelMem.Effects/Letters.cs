using System;
using KernelMem.Analyzers.Effects;

namespace KernelMem.Effects;

/// <summary>Verdicts as files have them.</summary>
internal static class Letters
{
    public static char Of(EffectVerdict verdict) => verdict switch
    {
        EffectVerdict.Never => 'N',
        EffectVerdict.FirstUse => 'F',
        EffectVerdict.DependsOnTypeArguments => 'T',
        EffectVerdict.Unknown => 'U',
        _ => 'A',
    };

    public static EffectVerdict Parse(char letter) => letter switch
    {
        'N' => EffectVerdict.Never,
        'F' => EffectVerdict.FirstUse,
        'T' => EffectVerdict.DependsOnTypeArguments,
        'U' => EffectVerdict.Unknown,
        'A' => EffectVerdict.Always,
        _ => throw new FormatException("A verdict is one of N, F, T, U, A, not " + letter),
    };
}

using KernelMem.Analyzers.Effects;

namespace KernelMem.Effects;

/// <summary>What code may do that a caller must know of.</summary>
internal enum Effect
{
    /// <summary>It allocates managed memory.</summary>
    Allocates,

    /// <summary>It throws.</summary>
    Throws,

    /// <summary>It waits for others.</summary>
    Blocks,
}

/// <summary>An effect of a method's own code.</summary>
internal readonly record struct Fact(Effect Effect, EffectVerdict Verdict, string Reason);

/// <summary>How the effects of a callee are its caller's.</summary>
internal enum EdgeKind
{
    /// <summary>As they are.</summary>
    Call,

    /// <summary>The first time only: a static constructor.</summary>
    FirstUse,

    /// <summary>As they are, but the callee is known for other type arguments than the call's: what depends on these is unknown.</summary>
    OtherArguments,
}

/// <summary>A call.</summary>
internal readonly record struct Edge(MethodNode Callee, EdgeKind Kind)
{
    /// <summary>What is left of a verdict on the callee.</summary>
    public EffectVerdict Weaken(EffectVerdict verdict) => (Kind, verdict) switch
    {
        (EdgeKind.FirstUse, > EffectVerdict.FirstUse) => EffectVerdict.FirstUse,
        (EdgeKind.OtherArguments, EffectVerdict.DependsOnTypeArguments) => EffectVerdict.Unknown,
        _ => verdict,
    };
}

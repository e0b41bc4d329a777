namespace KernelMem.Analyzers.Effects;

/// <summary>Whether code has an effect, in the order from harmless to certain: the join of two is the greater one.</summary>
internal enum EffectVerdict : byte
{
    /// <summary>It never has: proved, or promised by its mark.</summary>
    Never,

    /// <summary>The first time only: a static constructor, a delegate that is cached.</summary>
    FirstUse,

    /// <summary>As its type arguments decide: what it asks of them is free, or it is not.</summary>
    DependsOnTypeArguments,

    /// <summary>Nobody knows: it goes through a virtual call, a delegate, native code, or is not described.</summary>
    Unknown,

    /// <summary>It has, on some way through.</summary>
    Always,
}

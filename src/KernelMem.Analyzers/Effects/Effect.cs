namespace KernelMem.Analyzers.Effects;

/// <summary>What code can be forbidden to do, itself and by what it calls.</summary>
internal enum Effect
{
    /// <summary>To allocate managed memory.</summary>
    Allocate,

    /// <summary>To let an exception out.</summary>
    Throw,

    /// <summary>To wait for others.</summary>
    Block,
}

/// <summary>What a mark promises of an effect, from the strictest on.</summary>
internal enum Promise
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It does not have the effect, and is checked.</summary>
    MustNot,

    /// <summary>It does not have the effect: its author vouches for it.</summary>
    Trusted,

    /// <summary>It may have the effect.</summary>
    May,
}

namespace Benchmarks;

/// <summary>What a mapper does wrong, so that the benchmark can show that it would see it.</summary>
internal enum Error
{
    None,

    /// <summary>A page shows another frame.</summary>
    Frame,

    /// <summary>A page stays writable.</summary>
    Right,

    /// <summary>A page stays mapped.</summary>
    Rest,

    /// <summary>Tables are left over at the end.</summary>
    Table,
}

/// <summary>What kinds of plain mapper there are.</summary>
internal interface IPlainKind
{
    /// <summary>Whether each operation is under a spin lock.</summary>
    static abstract bool Locks { get; }

    /// <summary>What goes wrong.</summary>
    static abstract Error Error { get; }
}

internal readonly struct Unlocked : IPlainKind
{
    public static bool Locks => false;

    public static Error Error => Error.None;
}

internal readonly struct SpinLocked : IPlainKind
{
    public static bool Locks => true;

    public static Error Error => Error.None;
}

/// <summary>Goes wrong as it is told.</summary>
internal readonly struct Erring : IPlainKind
{
    public static bool Locks => false;

    public static Error Error { get; set; }
}

namespace Benchmarks;

/// <summary>By what the library's address space is used.</summary>
internal interface IWay
{
    /// <summary>Whether for each page anew.</summary>
    static abstract bool PageByPage { get; }

    /// <summary>Whether nobody else is at work in the space.</summary>
    static abstract bool IsExclusive { get; }
}

/// <summary>One cursor that locks nothing.</summary>
internal readonly struct ExclusiveCursor : IWay
{
    public static bool PageByPage => false;

    public static bool IsExclusive => true;
}

/// <summary>One cursor, beside which others may be at work.</summary>
internal readonly struct SharedCursor : IWay
{
    public static bool PageByPage => false;

    public static bool IsExclusive => false;
}

/// <summary>The mapper itself, page by page: a cursor for each, beside which others may be at work.</summary>
internal readonly struct EveryPage : IWay
{
    public static bool PageByPage => true;

    public static bool IsExclusive => false;
}

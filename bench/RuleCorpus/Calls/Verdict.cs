namespace RuleCorpus.Calls;

/// <summary>Whether calling a method allocates.</summary>
internal enum Verdict
{
    /// <summary>It does not; or its type arguments decide, and answer for it.</summary>
    Never,

    /// <summary>Nobody can say: a delegate, native code, a virtual call of what others have.</summary>
    Unknown,

    /// <summary>It does, on some way through.</summary>
    Always,
}

/// <summary>A verdict, and what it rests on.</summary>
/// <param name="Value">The verdict.</param>
/// <param name="Reason">What is at the end of the calls; empty where there is nothing.</param>
internal readonly record struct ReasonedVerdict(Verdict Value, string Reason);

using System.Collections.Generic;
using System.Linq;

namespace RuleCorpus.Calls;

/// <summary>Both verdicts on a function.</summary>
internal sealed record CallsPair(string Function, ReasonedVerdict Rules, ReasonedVerdict Code)
{
    /// <summary>Whether both say that it may be called, or both that it may not.</summary>
    public bool Agrees => (Rules.Value == Verdict.Never) == (Code.Value == Verdict.Never);
}

/// <summary>What was compared of one program.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Pairs">Its functions.</param>
/// <param name="Unmatched">Functions that could not be told apart, or found on the other side.</param>
/// <param name="Instances">Generic members of libraries that were judged for the program's type arguments.</param>
internal sealed record CallsResult(string Name, IReadOnlyList<CallsPair> Pairs, int Unmatched, int Instances)
{
    public int Quiet => Pairs.Count(static pair => pair.Agrees && pair.Rules.Value == Verdict.Never);

    public int Loud => Pairs.Count(static pair => pair.Agrees && pair.Rules.Value != Verdict.Never);

    /// <summary>Of those that both object to, how many for reasons of another kind.</summary>
    public int OtherReason => Pairs.Count(static pair => pair.Agrees && pair.Rules.Value != pair.Code.Value);

    public IEnumerable<CallsPair> RulesOnly => Pairs.Where(static pair => !pair.Agrees && pair.Rules.Value != Verdict.Never);

    public IEnumerable<CallsPair> CodeOnly => Pairs.Where(static pair => !pair.Agrees && pair.Rules.Value == Verdict.Never);
}

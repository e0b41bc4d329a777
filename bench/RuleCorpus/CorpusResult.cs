using System.Collections.Generic;

namespace RuleCorpus;

/// <summary>What was compared of one corpus.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Methods">The methods of the source with code.</param>
/// <param name="Blanked">The members that lost their body to compile.</param>
/// <param name="Allocations">The allocations in the IL.</param>
/// <param name="Calls">Calls that the source writes out, of methods that the compiler also calls by itself: judged by the callee, and not counted.</param>
/// <param name="Missed">Allocations without a diagnostic.</param>
/// <param name="Diagnostics">The diagnostics KM1001 to KM1016.</param>
/// <param name="False">Those without an allocation.</param>
/// <param name="Unoptimised">The diagnostics KM1023.</param>
/// <param name="FalseUnoptimised">Those without an allocation.</param>
/// <param name="MissedUnoptimised">What allocates only unoptimised, without a diagnostic.</param>
/// <param name="Crashes">How often an analyzer threw (AD0001).</param>
internal sealed record CorpusResult(
    string Name,
    int Methods,
    int Blanked,
    int Allocations,
    int Calls,
    IReadOnlyList<string> Missed,
    int Diagnostics,
    IReadOnlyList<string> False,
    int Unoptimised,
    IReadOnlyList<string> FalseUnoptimised,
    IReadOnlyList<string> MissedUnoptimised,
    int Crashes);

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using KernelMem.Analyzers.Tests.Allocation.Oracle;

namespace KernelMem.Analyzers.Tests.Allocation.Witness;

/// <summary>The rules and the linker agree, probe by probe: a program links exactly when no rule speaks.</summary>
[TestClass]
public sealed class LinkWitnessTests
{
    private const string Long = "Long";

    /// <summary>Each waits for programs: more at once would only be in each other's way.</summary>
    private static readonly ParallelOptions s_parallel = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Some_probes_link_exactly_when_no_rule_speaks()
    {
        Verdicts verdicts = await Ask(static number => number % 25 == 0);
        Assert.AreEqual(string.Empty, string.Join('\n', verdicts.Differences));
        Assert.IsGreaterThan(15, verdicts.Links);
        Assert.IsGreaterThan(10, verdicts.Allocates);
    }

    [TestMethod]
    [TestCategory(Long)]
    public async Task All_probes_link_exactly_when_no_rule_speaks()
    {
        Verdicts verdicts = await Ask(static _ => true);
        TestContext.WriteLine($"{verdicts.Links} link, {verdicts.Allocates} do not, {verdicts.Lacking} use what a kernel does not have; of {LinkDifferences.Read().Count} the linker says something else.");
        Assert.AreEqual(string.Empty, string.Join('\n', verdicts.Differences));
    }

    /// <summary>What is said to be the optimiser's doing is not there without it, and nothing is listed that does not differ.</summary>
    [TestMethod]
    [TestCategory(Long)]
    public async Task Differences_are_needed_and_for_the_reason_that_they_give()
    {
        Dictionary<string, bool> differences = LinkDifferences.Read();
        (Probe Probe, bool Speaks)[] probes = [.. (await ProbeTests.Rules()).Where(probe => differences.ContainsKey(probe.Probe.Code))];
        Assert.HasCount(differences.Count, probes);
        ConcurrentBag<string> problems = [];
        Parallel.ForEach(probes, s_parallel, probe =>
        {
            if (Agree(LinkWitness.Ask(probe.Probe, optimize: true), probe.Speaks))
                problems.Add("does not differ: " + probe.Probe.Code);
            if (differences[probe.Probe.Code] && !Agree(LinkWitness.Ask(probe.Probe, optimize: false), probe.Speaks))
                problems.Add("differs without the optimiser, too: " + probe.Probe.Code);
        });

        Assert.AreEqual(string.Empty, string.Join('\n', problems.Order(StringComparer.Ordinal)));
    }

    private static async Task<Verdicts> Ask(Func<int, bool> isAsked)
    {
        Dictionary<string, bool> listed = LinkDifferences.Read();
        Verdicts verdicts = new();
        Parallel.ForEach((await ProbeTests.Rules()).Where(probe => isAsked(probe.Probe.Number)), s_parallel, probe =>
        {
            LinkVerdict verdict = LinkWitness.Ask(probe.Probe, optimize: true);
            verdicts.Add(verdict, Agree(verdict, probe.Speaks) || listed.ContainsKey(probe.Probe.Code) ? null : probe.Probe.Code);
        });
        return verdicts;
    }

    private static bool Agree(LinkVerdict verdict, bool speaks) => verdict == LinkVerdict.Lacking || speaks == (verdict == LinkVerdict.Allocates);

    /// <summary>What came out.</summary>
    private sealed class Verdicts
    {
        private readonly ConcurrentBag<(LinkVerdict Verdict, string? Difference)> _all = [];

        public int Links => Count(LinkVerdict.Links);

        public int Allocates => Count(LinkVerdict.Allocates);

        public int Lacking => Count(LinkVerdict.Lacking);

        public IEnumerable<string> Differences => _all.Where(static verdict => verdict.Difference is not null).Select(static verdict => $"{verdict.Verdict}: {verdict.Difference}").Order(StringComparer.Ordinal);

        public void Add(LinkVerdict verdict, string? difference) => _all.Add((verdict, difference));

        private int Count(LinkVerdict wanted) => _all.Count(verdict => verdict.Verdict == wanted);
    }
}

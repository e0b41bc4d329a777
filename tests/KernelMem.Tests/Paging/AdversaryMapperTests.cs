using System;
using System.Linq;

namespace KernelMem.Tests.Paging;

/// <summary>
/// The mapper and the shootdown on machines that do their worst, within what the manual allows (Intel SDM Vol. 3A §4.10): no translation is
/// used after its frame was freed, no freed table is walked, and after a flush no CPU sees what was there before.
/// </summary>
[TestClass]
public sealed class AdversaryMapperTests
{
    private const int Steps = 40;

    [TestMethod]
    public void Whatever_the_CPUs_remember_and_look_ahead_at_nobody_uses_what_was_flushed_and_freed()
    {
        AdversaryOutcome[] outcomes = RunAll(first: 1, count: 500);

        // The worst happened, as far as it is allowed; and all ways to flush were taken.
        Assert.IsGreaterThan(outcomes.Length, outcomes.Sum(outcome => outcome.StaleUses));
        Assert.IsTrue(outcomes.Any(outcome => outcome.Flushes.Deferred != 0) && outcomes.Any(outcome => outcome.Flushes.Skipped != 0));
        Assert.IsTrue(outcomes.Any(outcome => outcome.Flushes.Everything > 4) && outcomes.Any(outcome => outcome.Flushes.Contexts != 0));
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Thousands_of_schedules() => RunAll(first: 1001, count: 10_000);

    [TestMethod]
    [DataRow(LeftOut.Page)]
    [DataRow(LeftOut.Range)]
    [DataRow(LeftOut.Space)]
    [DataRow(LeftOut.Everything)]
    [DataRow(LeftOut.Global)]
    [DataRow(LeftOut.Identifier)]
    [DataRow(LeftOut.UpperEntries)]
    [DataRow(LeftOut.RemoteCpu)]
    [DataRow(LeftOut.LazyCpu)]
    [DataRow(LeftOut.LazyTables)]
    public void A_kind_of_flush_that_is_left_out_is_noticed_and_its_seed_replays_it(LeftOut kind)
    {
        const ulong MostSeeds = 400;

        int unexplained = 0;
        for (ulong seed = 1; seed <= MostSeeds; seed++)
        {
            AdversarySetup setup = new(seed) { LeftOut = kind };
            AdversaryOutcome outcome = AdversarySchedule.Run(setup, Steps);
            unexplained += outcome.Failure is not null && !outcome.UsedStaleEntry ? 1 : 0;
            if (outcome.Failure is null || !outcome.UsedStaleEntry)
                continue;
            Assert.AreEqual(outcome.Failure, AdversarySchedule.Run(setup, Steps).Failure, "the seed replays it");
            Assert.IsNull(AdversarySchedule.Run(setup with { LeftOut = LeftOut.Nothing }, Steps).Failure, "and it is the flush that is missing");
            return;
        }

        Assert.Fail($"{kind}: {MostSeeds} schedules do not notice that a stale entry is used; {unexplained} notice something else");
    }

    private static AdversaryOutcome[] RunAll(ulong first, int count) =>
    [
        .. Enumerable.Range(0, count).Select(index =>
        {
            AdversarySetup setup = new(first + (ulong)index);
            AdversaryOutcome outcome;
            try
            {
                outcome = AdversarySchedule.Run(setup, Steps);
            }
            catch (Exception failure)
            {
                throw new AssertFailedException($"{setup}: {failure.Message}", failure);
            }

            Assert.IsNull(outcome.Failure, $"{setup}");
            return outcome;
        }),
    ];
}

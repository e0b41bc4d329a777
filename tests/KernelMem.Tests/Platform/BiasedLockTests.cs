using System.Threading;
using KernelMem.Platform;

namespace KernelMem.Tests.Platform;

[TestClass]
public sealed class BiasedLockTests
{
    private const int Entries = 1_000_000;

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void The_owner_comes_and_goes_while_nobody_revokes(bool fence)
    {
        BiasedLock open = default;
        for (int round = 0; round < 3; round++)
        {
            Assert.IsTrue(open.TryEnter(fence));
            open.Leave();
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void The_owner_is_refused_until_every_revoker_is_gone(bool fence)
    {
        BiasedLock revoked = default;
        revoked.Revoke();
        revoked.Revoke();
        Assert.IsFalse(revoked.TryEnter(fence));
        Assert.IsFalse(revoked.IsHeld);
        revoked.Restore();
        Assert.IsFalse(revoked.TryEnter(fence));
        revoked.Leave(); // changes nothing
        revoked.Restore();
        Assert.IsTrue(revoked.TryEnter(fence));
        Assert.IsTrue(revoked.IsHeld);
        revoked.Leave();
        Assert.IsFalse(revoked.IsHeld);
    }

    [TestMethod]
    public void An_owner_that_was_refused_is_not_waited_for()
    {
        BiasedLock revoked = default;
        revoked.Revoke();
        Assert.IsFalse(revoked.TryEnter(fence: true));
        revoked.AwaitOwner(new WitnessPlatform()); // fails when it pauses
    }

    [TestMethod]
    public void A_revoker_waits_for_a_busy_owner()
    {
        var state = new Box();
        var platform = new ArrivalPlatform(cpu: 3);
        Assert.IsTrue(state.Lock.TryEnter(fence: true));
        var contention = new Contention();
        contention.Start(() =>
        {
            state.Lock.Revoke();
            state.Lock.AwaitOwner(platform);
            Volatile.Write(ref state.Passed, 1);
        });
        Assert.IsTrue(platform.WaitUntilPausing());
        Assert.AreEqual(0, Volatile.Read(ref state.Passed));
        state.Lock.Leave();
        contention.Join();
        Assert.AreEqual(1, state.Passed);
        Assert.IsFalse(state.Lock.TryEnter(fence: true));
    }

    /// <summary>The owner's stores are plain: with no fence on either side, both would be inside at times.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Owner_and_revoker_are_never_inside_together(bool ownerFences)
    {
        var state = new Box();
        var platform = new ArrivalPlatform(cpu: 4);
        Contention.Run(2, number =>
        {
            if (number == 0)
                Own(state, ownerFences);
            else
                RevokeAgain(state, ownerFences, platform);
        });

        Assert.IsGreaterThan(10, state.Revocations);
        Assert.AreEqual(state.Entered + (2 * state.Revocations), state.Guarded, "someone's addition was lost");
    }

    private static void Own(Box state, bool fence)
    {
        while (state.Entered < Entries)
        {
            if (!state.Lock.TryEnter(fence))
            {
                Thread.Yield();
                continue;
            }

            Volatile.Write(ref state.Inside, 1);
            state.Guarded++;
            state.Entered++;
            Thread.SpinWait(2);
            Volatile.Write(ref state.Inside, 0);
            state.Lock.Leave();
        }

        Volatile.Write(ref state.Passed, 1);
    }

    private static void RevokeAgain(Box state, bool ownerFences, ArrivalPlatform platform)
    {
        do
        {
            state.Lock.Revoke();
            if (!ownerFences)
                Interlocked.MemoryBarrierProcessWide();

            state.Lock.AwaitOwner(platform);
            state.Guarded += 2;
            for (int look = 0; look < 20; look++)
                Assert.AreEqual(0, Volatile.Read(ref state.Inside), "the owner is inside too");

            state.Revocations++;
            state.Lock.Restore();
            Thread.SpinWait(200); // lets the owner in now and then
        }
        while (Volatile.Read(ref state.Passed) == 0);
    }

    private sealed class Box
    {
        public BiasedLock Lock;
        public int Passed;
        public int Inside;
        public long Entered;
        public long Revocations;
        public long Guarded;
    }
}

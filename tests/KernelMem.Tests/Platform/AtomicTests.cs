using KernelMem.Platform;

namespace KernelMem.Tests.Platform;

[TestClass]
public sealed class AtomicTests
{
    private uint _narrow;
    private ulong _wide;
    private int _signed;

    [TestMethod]
    public void Operations_on_64_bits_answer_what_was_there()
    {
        ulong location = 5;
        Assert.AreEqual(5UL, Atomic.Load(in location));
        Assert.AreEqual(5UL, Atomic.CompareExchange(ref location, expected: 4, desired: 9));
        Assert.AreEqual(5UL, location);
        Assert.AreEqual(5UL, Atomic.CompareExchange(ref location, expected: 5, desired: 9));
        Assert.AreEqual(9UL, location);
        Assert.IsFalse(Atomic.TryCompareExchange(ref location, expected: 5, desired: 1));
        Assert.IsTrue(Atomic.TryCompareExchange(ref location, expected: 9, desired: 1));
        Assert.AreEqual(1UL, Atomic.Exchange(ref location, 0xF0));
        Assert.AreEqual(0xF0UL, Atomic.FetchOr(ref location, 0x0F));
        Assert.AreEqual(0xFFUL, Atomic.FetchAnd(ref location, 0x3C));
        Assert.AreEqual(0x3CUL, Atomic.FetchAdd(ref location, 4));
        Assert.AreEqual(0x40UL, location);
        Atomic.Store(ref location, ulong.MaxValue);
        Assert.AreEqual(ulong.MaxValue, Atomic.FetchAdd(ref location, 2));
        Assert.AreEqual(1UL, location);
    }

    [TestMethod]
    public void Operations_on_32_bits_answer_what_was_there()
    {
        uint location = 5;
        Assert.AreEqual(5U, Atomic.Load(in location));
        Assert.AreEqual(5U, Atomic.CompareExchange(ref location, expected: 4, desired: 9));
        Assert.AreEqual(5U, Atomic.CompareExchange(ref location, expected: 5, desired: 9));
        Assert.IsFalse(Atomic.TryCompareExchange(ref location, expected: 5, desired: 1));
        Assert.IsTrue(Atomic.TryCompareExchange(ref location, expected: 9, desired: 1));
        Assert.AreEqual(1U, Atomic.Exchange(ref location, 0xF0));
        Assert.AreEqual(0xF0U, Atomic.FetchOr(ref location, 0x0F));
        Assert.AreEqual(0xFFU, Atomic.FetchAnd(ref location, 0x3C));
        Assert.AreEqual(0x3CU, Atomic.FetchAdd(ref location, 4));
        Atomic.Store(ref location, uint.MaxValue);
        Assert.AreEqual(uint.MaxValue, Atomic.FetchAdd(ref location, 2));
        Assert.AreEqual(1U, location);

        ushort half = 0xFFFF;
        Assert.AreEqual(0xFFFF, Atomic.Load(in half));
        Atomic.Store(ref half, 7);
        Assert.AreEqual(7, half);

        int signed = 5;
        Assert.AreEqual(5, Atomic.CompareExchange(ref signed, expected: 5, desired: -9));
        Assert.IsTrue(Atomic.TryCompareExchange(ref signed, expected: -9, desired: 1));
        Assert.AreEqual(1, Atomic.Exchange(ref signed, int.MaxValue));
        Assert.AreEqual(int.MaxValue, Atomic.FetchAdd(ref signed, 1));
        Assert.AreEqual(int.MinValue, Atomic.Load(in signed));
        Atomic.Store(ref signed, 3);
        Assert.AreEqual(3, signed);
    }

    [TestMethod]
    public void Small_locations_are_loaded_and_stored()
    {
        (byte small, bool flag, nuint word) = (1, false, 7);
        Atomic.Store(ref small, 200);
        Atomic.Store(ref flag, value: true);
        Atomic.Store(ref word, 9);
        Atomic.Fence();
        Assert.AreEqual(200, Atomic.Load(in small));
        Assert.IsTrue(Atomic.Load(in flag));
        Assert.AreEqual((nuint)9, Atomic.Load(in word));
    }

    [TestMethod]
    public void No_update_is_lost()
    {
        const int threads = 4;
        const int rounds = 20_000;
        Contention.Run(threads, number =>
        {
            for (int round = 0; round < rounds; round++)
            {
                Atomic.FetchAdd(ref _narrow, 1);
                Atomic.FetchAdd(ref _signed, 1);
                ulong seen = Atomic.Load(in _wide);
                while (!Atomic.TryCompareExchange(ref _wide, seen, seen + 1))
                    seen = Atomic.Load(in _wide);
            }
        });
        Assert.AreEqual((uint)(threads * rounds), _narrow);
        Assert.AreEqual((ulong)(threads * rounds), _wide);
        Assert.AreEqual(threads * rounds, _signed);
    }
}

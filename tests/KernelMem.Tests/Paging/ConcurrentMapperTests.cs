using System;
using System.Linq;
using System.Threading;
using KernelMem.Addresses;
using KernelMem.Frames;
using KernelMem.Paging;
using static KernelMem.Tests.Paging.PagingWorld;

namespace KernelMem.Tests.Paging;

/// <summary>
/// The mapper alone on two real threads, each of them a CPU of the simulated machine; what they leave is judged by the MMU. (All
/// interleavings of short pieces are explored elsewhere: these are long, on the host's own memory model.)
/// </summary>
[TestClass]
public sealed class ConcurrentMapperTests
{
    private const int Threads = 2;
    private const ulong KiB4 = 4096;
    private const ulong MiB2 = 2UL << 20;
    private const ulong Border = Dynamic + (1UL << 30); // of page tables, and of page directories

    // Six page tables, three on each side; in each of them two stripes of each thread's. So few pages that tables become empty all the time.
    private const int StripePages = 4;
    private const int StripesPerTable = 4;
    private const int Stripes = 24;
    private const ulong Base = Border - (3 * MiB2);

    private static readonly (Protection Protection, string Rights)[] Kinds =
        [(Protection.KernelData, "rw-"), (Protection.KernelReadOnly, "r--"), (Protection.KernelCode, "r-x")];

    [TestMethod]
    [DataRow(AddressWidth.Bits48, 1)]
    [DataRow(AddressWidth.Bits57, 2)]
    public void Ranges_of_their_own_in_the_same_tables_are_as_each_thread_left_them(AddressWidth width, int seed)
    {
        const int Rounds = 6000;
        using PagingWorld world = Start(width, out ulong free);
        string?[] rights = new string?[Stripes * StripePages];

        world.RunCpus(Threads, (cpu, number) =>
        {
            Join(world);
            Random random = new((seed * Threads) + number);
            for (int round = 0; round < Rounds; round++)
            {
                int stripe = (random.Next(Stripes / Threads) * Threads) + number;
                int first = (stripe * StripePages) + random.Next(StripePages);
                int count = random.Next(1, ((stripe + 1) * StripePages) - first + 1);
                Change(world, random, rights, first, count);
                int looked = (stripe * StripePages) + random.Next(StripePages);
                Assert.AreEqual(rights[looked] ?? "---", ViewOf(cpu, AddressOf(looked)).Supervisor, $"round {round}, page {looked}");
            }
        });

        for (int page = 0; page < rights.Length; page++)
        {
            MmuView view = world.View(world.Kernel, AddressOf(page));
            Assert.AreEqual((rights[page] ?? "---", rights[page] is null ? 0 : PhysicalOf(page)), (view.Supervisor, view.Physical), $"page {page}");
        }

        AssertEmptyAfterUnmapping(world, free, (ulong)rights.Count(static each => each is not null));
    }

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void Of_ranges_that_overlap_one_is_mapped_whole_and_the_other_not_at_all(AddressWidth width)
    {
        const int Wins = 200;
        const int MostTries = 5_000_000;
        const int Overlap = 8;
        const int BelowBorder = 6; // so the one that comes from below has locked a table before it meets the other
        using PagingWorld world = Start(width, out ulong free);
        int refused = 0;

        static ulong PlaceOf(int page) => Border - (BelowBorder * KiB4) + ((ulong)page * KiB4);

        world.RunCpus(Threads, (cpu, number) =>
        {
            Join(world);

            // Pages 0 to 15, and 8 to 23. What only one of them has shows whether a refused request left something.
            int first = number * Overlap;
            int own = number == 0 ? 0 : 2 * Overlap;
            VirtRange range = VirtRange.Create(At(PlaceOf(first)), 2 * Overlap * KiB4);
            ulong physical = 0x10_0000UL * (ulong)(number + 1);
            int wins = 0;
            for (int tries = 0; wins < Wins; tries++)
            {
                Assert.IsLessThan(MostTries, tries);
                if (world.Kernel.MapRange(range, PhysAddr.Create(physical), Protection.KernelData).TryGetError(out MapFailure failure))
                {
                    Interlocked.Increment(ref refused);
                    Assert.IsTrue(failure.Code is MapError.AlreadyMapped or MapError.FlushPending, $"{failure.Code}");
                    Assert.AreEqual(PlaceOf(Overlap), failure.Page.Value, "the first page in the way");
                    for (int page = own; page < own + Overlap; page++)
                        Assert.IsFalse(world.View(world.Kernel, PlaceOf(page)).IsMapped, "refused as a whole");
                    Thread.Yield();
                    continue;
                }

                wins++;
                Protection protection = Kinds[wins % Kinds.Length].Protection;
                world.Kernel.ProtectRange(range, protection).Value.Flush(world.Tlb);
                for (int page = first; page < first + (2 * Overlap); page++)
                {
                    MmuView view = ViewOf(cpu, PlaceOf(page));
                    Assert.AreEqual((physical + ((ulong)(page - first) * KiB4), Kinds[wins % Kinds.Length].Rights), (view.Physical, view.Supervisor));
                }

                Assert.AreEqual(2UL * Overlap, world.Kernel.UnmapRange(range).Value.Flush(world.Tlb, FrameUse.None).Pages);
            }
        });

        Assert.IsGreaterThan(0, refused, "they met");
        AssertEmptyAfterUnmapping(world, free, mapped: 0);
    }

    private static void Change(PagingWorld world, Random random, string?[] rights, int first, int count)
    {
        (Protection protection, string letters) = Kinds[random.Next(Kinds.Length)];
        VirtRange range = RangeOf(first, count);
        Span<string?> changed = rights.AsSpan(first, count);
        int inTheWay = changed.ToArray().ToList().FindIndex(static each => each is not null);
        switch (random.Next(7))
        {
            case 0 or 1:
                bool refused = world.Kernel.MapRange(range, PhysAddr.Create(PhysicalOf(first)), protection).TryGetError(out MapFailure failure);
                Assert.AreEqual(inTheWay >= 0, refused, $"{failure.Code}");
                if (refused)
                    Assert.AreEqual((MapError.AlreadyMapped, AddressOf(first + inTheWay)), (failure.Code, failure.Page.Value));
                else
                    changed.Fill(letters);
                break;
            case 2:
                world.Kernel.ProtectRange(range, protection).Value.Flush(world.Tlb);
                foreach (ref string? each in changed)
                    each = each is null ? null : letters;
                break;
            case 3:
                bool isFree = rights[first] is null;
                Assert.AreEqual(isFree, world.Kernel.Map(PageAt(AddressOf(first)), FrameAt(PhysicalOf(first)), protection).IsSuccess);
                rights[first] = isFree ? letters : rights[first];
                break;
            default:
                int mapped = changed.ToArray().Count(static each => each is not null);
                Assert.AreEqual((ulong)mapped, world.Kernel.UnmapRange(range).Value.Flush(world.Tlb, FrameUse.None).Pages);
                changed.Clear();
                break;
        }
    }

    // The tables of the root that stay are there before. The CPU of the thread that waits for the others does not join: it would not answer.
    private static PagingWorld Start(AddressWidth width, out ulong free)
    {
        PagingWorld world = new(width, cpus: Threads + 1);
        Assert.IsTrue(world.Kernel.Prepare(world.Kernel.Layout.KernelRegions).IsSuccess);
        free = world.FreeFrames;
        return world;
    }

    private static void Join(PagingWorld world)
    {
        world.Kernel.Activate(world.Machine.Platform);
        world.Tlb.Join();
    }

    private static void AssertEmptyAfterUnmapping(PagingWorld world, ulong free, ulong mapped)
    {
        VirtRange all = VirtRange.Create(At(Base), 6 * MiB2);
        Assert.AreEqual(mapped, world.Kernel.UnmapRange(all).Value.Flush(world.Tlb, FrameUse.None).Pages);
        _ = world.Kernel.ReclaimTables(all).Value.Flush(world.Tlb, FrameUse.None);
        Assert.AreEqual((free, 0UL), (world.FreeFrames, world.Kernel.Statistics.MappedBytes));
    }

    private static ulong AddressOf(int page)
    {
        int table = page / (StripesPerTable * StripePages);
        return Base + ((ulong)table * MiB2) + ((ulong)(page % (StripesPerTable * StripePages)) * KiB4);
    }

    private static ulong PhysicalOf(int page) => 0x20_0000 + ((ulong)page * KiB4);

    private static VirtRange RangeOf(int first, int count) => VirtRange.Create(At(AddressOf(first)), (ulong)count * KiB4);
}

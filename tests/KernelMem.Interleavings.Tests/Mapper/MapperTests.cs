using System;
using KernelMem.Addresses;
using KernelMem.Frames;
using KernelMem.Paging;

namespace KernelMem.Interleavings.Tests.Mapper;

/// <summary>CPUs that change the same tables at once: whatever their order, both find what they did, and no table is lost.</summary>
[TestClass]
public sealed class MapperTests
{
    private const ulong KiB4 = 4UL << 10;
    private const ulong MiB2 = 2UL << 20;
    private const ulong GiB = 1UL << 30;
    private const int Runs = 40;

    /// <summary>In the same missing page table, in two of the same missing directory, in two missing directories.</summary>
    [TestMethod]
    [DataRow(false, KiB4)]
    [DataRow(true, KiB4)]
    [DataRow(false, MiB2)]
    public void Pages_are_mapped_beside_each_other_where_tables_are_missing(bool user, ulong distance)
    {
        using MapperProgram program = new(user);
        Expect(program, 0, distance);
        program.SetCpus(() => program.Map(0), () => program.Map(distance));
        program.RunRandomly(11, Runs / 4).ExpectNoFailure();
    }

    [TestMethod]
    [DataRow(false, KiB4)]
    [DataRow(true, KiB4)]
    [DataRow(false, MiB2)]
    public void A_page_is_mapped_while_empty_tables_are_reclaimed(bool user, ulong distance)
    {
        using MapperProgram program = new(user);
        program.Map(0);
        Unmap(program, 0);
        Expect(program, distance);
        program.SetCpus(
            () =>
            {
                program.Map(distance);
                program.ExpectTranslation(distance);
            },
            () => program.Reclaim(0, GiB),
            () => program.Walk(distance));
        program.RunRandomly(12, Runs).ExpectNoFailure();
    }

    /// <summary>The table that one of them found empty is not the one that is there any more.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_page_is_mapped_while_two_CPUs_reclaim(bool user)
    {
        using MapperProgram program = new(user);
        program.Map(0);
        Unmap(program, 0);
        Expect(program, KiB4);
        program.Writable.Add(KiB4);
        program.SetCpus(
            () => program.Map(KiB4, user ? Protection.UserData : Protection.KernelData),
            () => program.Reclaim(0, GiB),
            () => program.Reclaim(0, GiB));
        program.RunRandomly(24, Runs).ExpectNoFailure();
    }

    /// <summary>The table that the range narrows is not the one that is there any more.</summary>
    [TestMethod]
    public void A_page_is_mapped_while_nothing_is_unmapped_and_tables_are_reclaimed()
    {
        using MapperProgram program = new(user: true);
        program.Map(0);
        Unmap(program, 0);
        Expect(program, KiB4);
        program.Writable.Add(KiB4);
        program.SetCpus(
            () => program.Map(KiB4, Protection.UserData),
            () => program.Reclaim(0, GiB),
            () => _ = program.UnmapRange(0, KiB4));
        program.RunRandomly(25, Runs).ExpectNoFailure();
    }

    [TestMethod]
    [DataRow(false, KiB4)]
    [DataRow(true, KiB4)]
    [DataRow(false, MiB2)]
    public void A_page_is_mapped_beside_a_range_that_goes(bool user, ulong distance)
    {
        using MapperProgram program = new(user);
        program.Map(0);
        Expect(program, distance);
        program.SetCpus(
            () =>
            {
                program.Map(distance);
                program.ExpectTranslation(distance);
            },
            () => Assert.AreEqual(1UL, program.UnmapRange(0, KiB4)),
            () => program.Walk(0));
        program.RunRandomly(13, Runs).ExpectNoFailure();
    }

    [TestMethod]
    [DataRow(KiB4)]
    [DataRow(MiB2)]
    public void Neighbours_go_at_once_and_their_tables_with_them(ulong distance)
    {
        using MapperProgram program = new();
        program.Map(0);
        program.Map(distance);
        program.SetCpus(
            () => Assert.AreEqual(1UL, program.UnmapRange(0, KiB4)),
            () => Assert.AreEqual(1UL, program.UnmapRange(distance, KiB4)));
        program.RunRandomly(14, Runs).ExpectNoFailure();
    }

    [TestMethod]
    public void Neighbours_go_while_a_page_comes_beside_both()
    {
        using MapperProgram program = new();
        program.Map(0);
        program.Map(MiB2);
        Expect(program, MiB2 + KiB4);
        program.SetCpus(
            () => Assert.AreEqual(1UL, program.UnmapRange(0, KiB4)),
            () => Assert.AreEqual(1UL, program.UnmapRange(MiB2, KiB4)),
            () => program.Map(MiB2 + KiB4));
        program.RunRandomly(15, Runs).ExpectNoFailure();
    }

    /// <summary>The range ends where the page begins, in the same page table; the tables are there or missing.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_range_and_a_page_meet_at_the_border(bool hasTables)
    {
        using MapperProgram program = new();
        if (hasTables)
        {
            program.Map(MiB2);
            Unmap(program, MiB2);
        }

        Expect(program, MiB2 - KiB4, MiB2, MiB2 + KiB4);
        program.SetCpus(
            () => Assert.AreEqual(MapError.None, program.TryMapRange(MiB2 - KiB4, 2 * KiB4)),
            () => program.Map(MiB2 + KiB4));
        program.RunRandomly(16, Runs / 4).ExpectNoFailure();
    }

    [TestMethod]
    public void A_range_that_fails_lets_go_of_all()
    {
        using MapperProgram program = new();
        program.Map(MiB2 + KiB4);
        Expect(program, 0, MiB2 + KiB4, MiB2 + (2 * KiB4));
        program.SetCpus(
            () => Assert.AreEqual(MapError.AlreadyMapped, program.TryMapRange(KiB4, MiB2 + KiB4)),
            () =>
            {
                program.Map(0);
                program.Map(MiB2 + (2 * KiB4));
            });
        program.RunRandomly(23, Runs).ExpectNoFailure();
    }

    /// <summary>Two ranges that overlap in part: one of them is mapped whole.</summary>
    [TestMethod]
    public void Of_two_ranges_that_overlap_one_is_mapped_whole()
    {
        using MapperProgram program = new();
        MapError[] results = new MapError[2];
        program.SetCpus(
            () => results[0] = program.TryMapRange(MiB2 - KiB4, 2 * KiB4),
            () => results[1] = program.TryMapRange(MiB2, 2 * KiB4));
        foreach (ulong offset in (ulong[])[MiB2 - KiB4, MiB2, MiB2 + KiB4])
            program.Possible.Add(offset);
        Action check = program.Program.Check!;
        program.Program.Check = () =>
        {
            Assert.AreEqual((results[0], results[1]) == (MapError.None, MapError.AlreadyMapped), (results[0], results[1]) != (MapError.AlreadyMapped, MapError.None));
            Assert.AreEqual(2UL, program.Mapper.Statistics.SmallPages);
            check();
        };
        program.RunRandomly(17, Runs / 4).ExpectNoFailure();
    }

    [TestMethod]
    public void A_range_is_mapped_inside_one_that_goes()
    {
        using MapperProgram program = new(user: true);
        program.Map(0);
        program.Possible.Add(MiB2);
        program.Possible.Add(MiB2 + KiB4);
        program.SetCpus(
            () =>
            {
                MapError error = program.TryMapRange(MiB2, 2 * KiB4);
                Assert.IsTrue(error is MapError.None or MapError.FlushPending, $"{error}");
            },
            () => _ = program.UnmapRange(0, GiB));
        program.RunRandomly(18, Runs).ExpectNoFailure();
    }

    /// <summary>The tables let reads through; the page needs writes, and whoever narrows must not take that away again.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_page_has_its_rights_in_all_levels_whoever_narrows_them(bool large)
    {
        using MapperProgram program = new(user: true);
        program.Map(0);
        program.Expected[0] = KiB4;
        ulong place = large ? 2 * MiB2 : KiB4;
        program.Expected[place] = large ? MiB2 : KiB4;
        program.Writable.Add(place);
        program.SetCpus(
            () =>
            {
                if (large)
                    program.MapLarge(place, Protection.UserData);
                else
                    program.Map(place, Protection.UserData);
            },
            () => program.Reclaim(0, MiB2));
        program.RunRandomly(41, Runs).ExpectNoFailure();
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_page_that_is_opened_has_its_rights_in_all_levels(bool large)
    {
        using MapperProgram program = new(user: true);
        program.Map(0);
        program.Expected[0] = KiB4;
        ulong place = large ? 2 * MiB2 : KiB4;
        if (large)
            program.MapLarge(place);
        else
            program.Map(place);
        program.Expected[place] = large ? MiB2 : KiB4;
        program.Writable.Add(place);
        program.SetCpus(
            () =>
            {
                PendingFlush flush = large
                    ? program.Mapper.Protect(program.LargeAt(place), Protection.UserData).Value
                    : program.Mapper.Protect(program.PageAt(place), Protection.UserData).Value;
                flush.Flush(program.Tlb);
            },
            () => program.Reclaim(0, MiB2));
        program.RunRandomly(42, Runs).ExpectNoFailure();
    }

    [TestMethod]
    public void Large_pages_of_one_cursor_have_their_rights_though_the_first_goes()
    {
        using MapperProgram program = new(user: true);
        program.Map(0);
        program.Expected[0] = KiB4;
        program.Expected[2 * MiB2] = MiB2;
        program.Writable.Add(2 * MiB2);
        program.SetCpus(
            () =>
            {
                PageCursor<MapperPlatform> cursor = program.Mapper.Open();
                Assert.IsTrue(cursor.Map(program.LargeAt(MiB2), LargeFrame(MiB2), Protection.UserData).IsSuccess);
                Unmapped<Size2MiB> unmapped = cursor.Unmap(program.LargeAt(MiB2)).Value;
                Assert.IsTrue(cursor.Map(program.LargeAt(2 * MiB2), LargeFrame(2 * MiB2), Protection.UserData).IsSuccess);
                cursor.Close();
                _ = unmapped.Flush(program.Tlb);
            },
            () => program.Reclaim(0, MiB2));
        program.RunRandomly(43, Runs).ExpectNoFailure();
    }

    [TestMethod]
    public void A_large_page_is_split_while_a_page_comes_and_one_is_looked_for()
    {
        using MapperProgram program = new();
        program.MapLarge(0);
        for (ulong offset = 0; offset < MiB2; offset += KiB4)
            program.Expected[offset] = KiB4;
        program.Expected[MiB2] = KiB4;
        program.SetCpus(
            () => program.Mapper.Split(program.LargeAt(0)).Value.Flush(program.Tlb),
            () => program.Map(MiB2),
            () =>
            {
                program.ExpectTranslation(KiB4);
                program.ExpectTranslation(KiB4);
            });
        program.RunRandomly(19, Runs).ExpectNoFailure();
    }

    [TestMethod]
    public void Small_pages_become_a_large_one_while_a_page_comes_and_one_is_looked_for()
    {
        using MapperProgram program = new();
        program.MapLarge(0);
        program.Mapper.Split(program.LargeAt(0)).Value.Flush(program.Tlb);
        program.Expected[0] = MiB2;
        program.Expected[MiB2] = KiB4;
        program.SetCpus(
            () => program.Mapper.Promote(program.LargeAt(0)).Value.Flush(program.Tlb),
            () => program.Map(MiB2),
            () =>
            {
                program.Walk(KiB4);
                program.ExpectTranslation(KiB4);
            });
        program.RunRandomly(20, Runs).ExpectNoFailure();
    }

    [TestMethod]
    public void A_page_that_stays_is_found_while_neighbours_come_and_go()
    {
        using MapperProgram program = new();
        program.Map(0);
        program.Map(KiB4);
        Expect(program, 0, MiB2);
        program.SetCpus(
            () =>
            {
                program.ExpectTranslation(0);
                program.ExpectTranslation(0);
            },
            () => Assert.AreEqual(1UL, program.UnmapRange(KiB4, KiB4)),
            () => program.Map(MiB2));
        program.RunRandomly(21, Runs).ExpectNoFailure();
    }

    /// <summary>A range that was unmapped and not flushed, inside another one: its page is counted where it was unmapped.</summary>
    [TestMethod]
    public void A_range_inside_another_one_is_flushed_by_its_own_owner()
    {
        using MapperProgram program = new();
        program.Map(0);
        program.Map(KiB4);
        Assert.IsTrue(program.Mapper.UnmapRange(program.Range(0, KiB4)).TryGet(out UnmappedRange<MapperPlatform> first, out _));
        program.SetCpus(
            () => Assert.AreEqual(1UL, first.Flush(program.Tlb, FrameUse.None).Pages, "the inner"),
            () => Assert.AreEqual(1UL, program.UnmapRange(0, MiB2), "the outer"));
        program.RunRandomly(22, Runs).ExpectNoFailure();
    }

    private static Frame<Size2MiB> LargeFrame(ulong offset) => Frame<Size2MiB>.Create(PhysAddr.Create(MapperProgram.Memory + offset));

    private static void Expect(MapperProgram program, params ulong[] offsets)
    {
        foreach (ulong offset in offsets)
            program.Expected[offset] = KiB4;
    }

    private static void Unmap(MapperProgram program, ulong offset) => _ = program.Mapper.Unmap(program.PageAt(offset)).Value.Flush(program.Tlb);
}

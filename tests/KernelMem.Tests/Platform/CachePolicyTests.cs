using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.Tests.Platform;

/// <summary>The page-attribute table, against the manual (Intel SDM Vol. 3A §11.11.8, §11.12), and the order in which it is changed.</summary>
[TestClass]
public sealed class CachePolicyTests
{
    // WB 6, WT 4, UC- 7, UC 0, WP 5, WC 1; index 0 is the lowest byte (Table 11-10).
    private const ulong Expected = 0x0007_0105_0007_0406;

    private const ulong CacheDisable = 1UL << 30;
    private const ulong GlobalPages = 1UL << 7;

    [TestMethod]
    public void Each_cache_type_is_the_index_of_its_memory_type()
    {
        Assert.AreEqual(Expected, CachePolicy.Table.Value);
        Dictionary<CacheType, byte> types = new()
        {
            [CacheType.WriteBack] = 6,
            [CacheType.WriteThrough] = 4,
            [CacheType.Uncacheable] = 0,
            [CacheType.WriteProtected] = 5,
            [CacheType.WriteCombining] = 1,
        };
        Assert.HasCount(Enum.GetValues<CacheType>().Length, types);
        foreach ((CacheType cache, byte type) in types)
            Assert.AreEqual(type, (byte)(Expected >> (8 * (int)cache)), cache.ToString());
    }

    [TestMethod]
    public void What_a_reset_gives_the_first_four_indices_they_keep() =>
        Assert.AreEqual((uint)Pat.Initial.Value, (uint)CachePolicy.Table.Value);

    [TestMethod]
    [DataRow(false, false, "cr3 12345000")]
    [DataRow(true, false, "cr4 20")]
    [DataRow(false, true, "invpcid 2 0 0")]
    [DataRow(true, true, "cr4 20020")]
    public void Caches_and_translations_are_dropped_before_and_after_while_nothing_is_cached(bool global, bool identifiers, string drop)
    {
        RegisterPlatform platform = RegisterPlatform.Create();
        RegisterPlatform.Cpu cpu = platform.State;
        cpu.Cr4 |= (global ? GlobalPages : 0) | (identifiers ? 1UL << 17 : 0);
        ulong before = cpu.Cr4;
        cpu.OnWrite = line => Assert.AreEqual((line is "cr0 80000001") || line == $"cr4 {before:X}", (cpu.Cr0 & CacheDisable) == 0, line);
        CachePolicy.Program(platform);
        Assert.AreEqual(Expected, cpu.PatValue);
        Assert.AreEqual((before, (1UL << 31) | 1), (cpu.Cr4, cpu.Cr0));

        // With global pages on, they stay off from the first drop on, so the second one is a load of CR3 (or INVPCID).
        string second = !global ? drop : identifiers ? "invpcid 2 0 0" : "cr3 12345000";
        List<string> expected = ["cr0 C0000001", "wbinvd", drop, $"msr 277 {Expected:X}", "wbinvd", second, "cr0 80000001"];
        if (global)
            expected.Insert(7, $"cr4 {before:X}");
        cpu.OnWrite = null;
        CollectionAssert.AreEqual(expected, cpu.Log.ToList(), string.Join("; ", cpu.Log));
    }

    [TestMethod]
    public void A_table_that_is_right_is_left_alone()
    {
        RegisterPlatform platform = RegisterPlatform.Create();
        platform.State.PatValue = Expected;
        CachePolicy.Program(platform);
        Assert.IsEmpty(platform.State.Log);
    }
}

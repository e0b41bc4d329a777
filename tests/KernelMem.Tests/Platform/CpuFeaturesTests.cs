using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using KernelMem.Diagnostics;
using KernelMem.Platform;

namespace KernelMem.Tests.Platform;

/// <summary>What CPUID says is what is reported, and what is turned on: the bits, by the manual's numbers.</summary>
[TestClass]
[DoNotParallelize] // one static sink for text
public sealed unsafe class CpuFeaturesTests
{
    private static readonly List<byte> s_written = [];

    private const ulong AllOfCr4 = (1UL << 5) | (1UL << 7) | (1UL << 11) | (1UL << 17) | (1UL << 20) | (1UL << 21) | (1UL << 22);

    // Intel SDM Vol. 2A, CPUID; 8000_001FH: AMD64 APM Vol. 3 §E.4.17. Leaf, register (0 EAX to 3 EDX), bit, feature; and the CR4 bit that turns it on, or -1.
    private static readonly (uint Leaf, int Register, int Bit, CpuFeatureSet Feature, int Cr4Bit)[] Bits =
    [
        (1, 3, 13, CpuFeatureSet.GlobalPages, 7),
        (1, 2, 17, CpuFeatureSet.ContextIdentifiers, 17),
        (7, 1, 7, CpuFeatureSet.ExecutionPrevention, 20),
        (7, 1, 10, CpuFeatureSet.ContextInvalidation, -1),
        (7, 1, 20, CpuFeatureSet.AccessPrevention, 21),
        (7, 2, 2, CpuFeatureSet.InstructionPrevention, 11),
        (7, 2, 3, CpuFeatureSet.UserKeys, 22),
        (7, 2, 16, CpuFeatureSet.FiveLevels, -1),
        (7, 2, 31, CpuFeatureSet.SupervisorKeys, -1),
        (0x8000_0001, 3, 26, CpuFeatureSet.GigabytePages, -1),
        (0x8000_0001, 3, 20, CpuFeatureSet.NoExecute, -1),
        (1, 3, 16, CpuFeatureSet.CacheTypes, -1),
    ];

    public static IEnumerable<object[]> Cases => Bits.Select(row => new object[] { row.Leaf, row.Register, row.Bit, row.Feature, row.Cr4Bit });

    [TestMethod]
    public void A_processor_that_has_everything_says_so()
    {
        CpuFeatures features = CpuFeatures.Detect(RegisterPlatform.Create());
        Assert.AreEqual((CpuFeatureSet)0x3FFF, features.Present);
        Assert.AreEqual((46, 57, 51), (features.PhysicalBits, features.VirtualBits, features.EncryptionBit));
        foreach (CpuFeatureSet feature in Enum.GetValues<CpuFeatureSet>())
            Assert.IsTrue(features.Has(feature), feature.ToString());
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Each_feature_is_one_bit_of_CPUID(uint leaf, int register, int bit, CpuFeatureSet feature, int cr4Bit)
    {
        RegisterPlatform without = RegisterPlatform.Create();
        Flip(without, leaf, register, bit);
        Assert.AreEqual((CpuFeatureSet)0x3FFF & ~feature, CpuFeatures.Detect(without).Present);

        RegisterPlatform alone = RegisterPlatform.Create();
        foreach (uint known in new uint[] { 1, 7, 0x8000_0001, 0x8000_001F })
            alone.State.CpuId[known] = default;
        Flip(alone, leaf, register, bit);
        Assert.AreEqual(CpuFeatureSet.WriteProtect | feature, CpuFeatures.Detect(alone).Present);

        if (feature is CpuFeatureSet.NoExecute or CpuFeatureSet.CacheTypes)
            return;
        CpuFeatureSet on = CpuFeatures.Enable(without).Value;
        Assert.AreEqual(CpuFeatureSet.None, on & feature);
        ulong expected = AllOfCr4 & ~(cr4Bit < 0 ? 0 : 1UL << cr4Bit);
        if (feature == CpuFeatureSet.ContextInvalidation)
            expected &= ~(1UL << 17); // without INVPCID, no identifiers
        Assert.AreEqual(expected, without.State.Cr4);
    }

    [TestMethod]
    public void Leaves_beyond_the_last_are_not_believed()
    {
        RegisterPlatform platform = RegisterPlatform.Create();
        platform.State.CpuId[0] = new CpuIdLeaf(6, 0, 0, 0);
        platform.State.CpuId[0x8000_0000] = new CpuIdLeaf(0x8000_0001, 0, 0, 0);
        CpuFeatures features = CpuFeatures.Detect(platform);
        Assert.AreEqual(
            CpuFeatureSet.WriteProtect | CpuFeatureSet.NoExecute | CpuFeatureSet.CacheTypes | CpuFeatureSet.GlobalPages
            | CpuFeatureSet.GigabytePages | CpuFeatureSet.ContextIdentifiers,
            features.Present);
        Assert.AreEqual((36, 48, 0), (features.PhysicalBits, features.VirtualBits, features.EncryptionBit));
    }

    [TestMethod]
    public void Everything_there_is_turned_on_and_reported()
    {
        RegisterPlatform platform = RegisterPlatform.Create();
        RegisterPlatform.Cpu cpu = platform.State;
        cpu.OnWrite = line => Assert.IsFalse(cpu.InterruptsEnabled, line);
        CpuFeatureSet on = CpuFeatures.Enable(platform).Value;
        Assert.AreEqual((CpuFeatureSet)0x3FFF & ~(CpuFeatureSet.SupervisorKeys | CpuFeatureSet.FiveLevels | CpuFeatureSet.Encryption), on);
        Assert.AreEqual(AllOfCr4, cpu.Cr4);
        Assert.AreEqual((1UL << 31) | (1UL << 16) | 1, cpu.Cr0);
        Assert.AreEqual((1UL << 8) | (1UL << 10) | (1UL << 11), cpu.EferValue);
        Assert.AreEqual(0u, cpu.Pkru, "no key forbids anything");
        Assert.IsTrue(cpu.InterruptsEnabled);
        Assert.AreEqual(on, CpuFeatures.ReadEnabled(platform));
    }

    [TestMethod]
    public void Turning_on_twice_changes_nothing_and_keeps_what_keys_forbid()
    {
        RegisterPlatform platform = RegisterPlatform.Create();
        CpuFeatureSet on = CpuFeatures.Enable(platform).Value;
        platform.State.Cr3 |= 5; // a space with an identifier is current by now
        platform.State.Pkru = 0xC;
        platform.State.Log.Clear();
        Assert.AreEqual(on, CpuFeatures.Enable(platform).Value);
        Assert.AreEqual(AllOfCr4, platform.State.Cr4);
        Assert.AreEqual((0x1234_5005UL, 0xCu), (platform.State.Cr3, platform.State.Pkru));
        Assert.IsFalse(platform.State.Log.Contains("wbinvd"), "the caches are flushed once only");
    }

    [TestMethod]
    public void What_a_loader_left_on_stays_on()
    {
        RegisterPlatform platform = RegisterPlatform.Create();
        platform.State.Cr4 |= (1UL << 12) | (1UL << 24);
        CpuFeatureSet on = CpuFeatures.Enable(platform).Value;
        Assert.AreEqual(AllOfCr4 | (1UL << 12) | (1UL << 24), platform.State.Cr4);
        Assert.AreEqual(CpuFeatureSet.SupervisorKeys | CpuFeatureSet.FiveLevels, on & (CpuFeatureSet.SupervisorKeys | CpuFeatureSet.FiveLevels));
    }

    [TestMethod]
    public void Identifiers_are_turned_on_after_the_root_has_given_up_its_cache_bits()
    {
        RegisterPlatform platform = RegisterPlatform.Create();
        platform.State.Cr3 = 0x1234_5018; // PWT and PCD
        Assert.AreNotEqual(CpuFeatureSet.None, CpuFeatures.Enable(platform).Value & CpuFeatureSet.ContextIdentifiers);
        Assert.AreEqual(0x1234_5000UL, platform.State.Cr3);
    }

    [TestMethod]
    [DataRow(0x8000_0001u, 20, CpuFeatureError.NoExecuteMissing)]
    [DataRow(1u, 16, CpuFeatureError.CacheTypesMissing)]
    public void A_processor_without_no_execute_or_cache_types_is_refused_and_left_alone(uint leaf, int bit, CpuFeatureError expected)
    {
        RegisterPlatform platform = RegisterPlatform.Create();
        Flip(platform, leaf, register: 3, bit);
        Assert.AreEqual(expected, CpuFeatures.Enable(platform).Error);
        Assert.IsEmpty(platform.State.Log);
        Assert.IsTrue(platform.State.InterruptsEnabled);
    }

    [TestMethod]
    public void Every_error_has_a_message_of_its_own()
    {
        string[] messages = [.. Enum.GetValues<CpuFeatureError>().Select(CpuFeatureErrors.Message)];
        CollectionAssert.AllItemsAreUnique(messages);
        CollectionAssert.DoesNotContain(messages, CpuFeatureErrors.Message((CpuFeatureError)99));
    }

    [TestMethod]
    public void The_report_says_what_is_on_off_and_absent()
    {
        RegisterPlatform platform = RegisterPlatform.Create();
        Flip(platform, 7, register: 2, bit: 3);
        CpuFeatures features = CpuFeatures.Detect(platform);
        CpuReport.Write(new TextOutput(&Take), features, CpuFeatures.Enable(platform).Value);
        Assert.AreEqual(
            "Processor: physical addresses of 46 bits, virtual ones of 57; bit 51 encrypts\n"
            + "  on:     WP, NX, PAT, PGE, 1 GiB pages, SMEP, SMAP, UMIP, PCID, INVPCID\n"
            + "  off:    PKS, LA57, memory encryption\n"
            + "  absent: PKU\n",
            Written());
        CpuReport.Write(new TextOutput(&Take), default, default);
        StringAssert.Contains(Written(), "on:     none\n", StringComparison.Ordinal);
    }

    private static void Take(ReadOnlySpan<byte> utf8) => s_written.AddRange(utf8);

    private static string Written()
    {
        string text = Encoding.UTF8.GetString([.. s_written]);
        s_written.Clear();
        return text;
    }

    private static void Flip(RegisterPlatform platform, uint leaf, int register, int bit)
    {
        CpuIdLeaf before = platform.State.CpuIdOf(leaf);
        uint flipped = 1u << bit;
        platform.State.CpuId[leaf] = new CpuIdLeaf(
            before.Eax ^ (register == 0 ? flipped : 0),
            before.Ebx ^ (register == 1 ? flipped : 0),
            before.Ecx ^ (register == 2 ? flipped : 0),
            before.Edx ^ (register == 3 ? flipped : 0));
    }
}

using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Paging;
using KernelMem.Simulation;

namespace KernelMem.Tests.Paging;

/// <summary>
/// Every protection at every level, as the software MMU reads it: the MMU was written from the manual and shares nothing with the codec.
/// </summary>
[TestClass]
public sealed class EntryCodecTests
{
    private const int EncryptionBit = 47;
    private const ulong Address = 0x7F_C000_0000; // the last entry of a PDPT, the first of the tables below
    private const ulong Root = 0x1000;
    private const ulong Frame = 0x1_4000_0000; // a multiple of 1 GiB

    private static readonly PageTableLevel[] Levels = [PageTableLevel.Pt, PageTableLevel.Pd, PageTableLevel.Pdpt];

    [TestMethod]
    public void Every_protection_is_read_by_the_MMU_as_it_was_meant()
    {
        var features = new MmuFeatures { EncryptionBit = EncryptionBit };
        using var machine = new SimulatedMachine(64 << 10, features: features);
        var format = EntryFormat.Create(46, gigabytePages: true, pat: true, protectionKeys: true, encryptionBit: EncryptionBit);
        MmuRegisters registers = Registers();
        int seen = 0;
        foreach (PageTableLevel level in Levels)
        {
            ulong place = Upper(machine, level);
            foreach (Protection protection in Protections().Where(protection => protection.IsMappable))
            {
                ulong entry = Frame | EntryCodec.PageBits(level, protection, format);
                machine.Memory.Write(PhysAddr.Create(place), entry);
                string where = $"{level}: {protection.Access}, user {protection.IsUser}, {protection.Cache}, key {protection.Key}, entry {entry:X}";

                // Who may not read finds nothing out: so the owner asks.
                Privilege owner = protection.IsUser ? Privilege.User : Privilege.Supervisor;
                MmuResult read = machine.Mmu.Probe(registers, VirtAddr.Create(Address + 0x123), MemoryAccess.Read, owner);
                Assert.AreEqual(MmuOutcome.Translated, read.Outcome, where);
                SimulatedTranslation found = read.Translation;
                Assert.AreEqual((Frame + 0x123, level.EntrySpan()), (found.Address.Value, found.PageBytes), where);
                Assert.AreEqual(new PageRights(protection.IsWritable, protection.IsUser, protection.IsExecutable), found.Rights, where);
                Assert.AreEqual((protection.IsGlobal, protection.Key, (int)protection.Cache, protection.IsEncrypted), (found.IsGlobal, found.ProtectionKey, found.PatIndex, found.IsEncrypted), where);
                Assert.AreEqual(TypeOf(protection.Cache), found.MemoryType, where);
                Assert.AreEqual(!protection.IsTracked, found.IsDirty, where);
                Assert.AreEqual(protection, EntryCodec.DecodeProtection(level, entry, PathRights.All, format), where);
                Assert.AreEqual(Frame, EntryCodec.FrameOf(level, entry, format).Value, where);
                Assert.IsTrue(EntryCodec.IsValid(level, EntryKind.Page, entry, format), where);
                Assert.AreEqual(EntryKind.Page, EntryCodec.KindOf(level, entry), where);
                seen++;
            }
        }

        Assert.AreEqual(3 * ((4 * 5 * 2 * 2 * 2) + (4 * 5 * 16 * 2 * 2)), seen, "kernel pages, global or not; user pages of sixteen keys");
    }

    [TestMethod]
    public void Protecting_changes_what_it_says_and_nothing_else()
    {
        var format = EntryFormat.Create(46, gigabytePages: true, pat: true, protectionKeys: true, encryptionBit: EncryptionBit);
        Protection[] all = Protections().Where(protection => protection.IsMappable).ToArray();
        foreach (PageTableLevel level in Levels)
        {
            for (int i = 0; i < all.Length; i++)
            {
                Protection to = all[((i * 7919) + 13) % all.Length];
                foreach (ulong used in new ulong[] { 0, 0x20, 0x60 })
                {
                    ulong from = Frame | EntryCodec.PageBits(level, all[i], format) | used;
                    ulong changed = EntryCodec.Reprotect(level, from, EntryCodec.PageBits(level, to, format), format);
                    Assert.AreEqual(to, EntryCodec.DecodeProtection(level, changed, PathRights.All, format));
                    Assert.AreEqual(Frame, EntryCodec.FrameOf(level, changed, format).Value);
                    Assert.AreEqual(from & 0x60, changed & from & 0x60, "what was used stays used");
                    Assert.AreEqual(from & EntryMark.Ours, changed & EntryMark.Ours);
                }
            }
        }
    }

    [TestMethod]
    public void A_split_page_is_read_as_the_large_one_was_and_joins_again()
    {
        var features = new MmuFeatures { EncryptionBit = EncryptionBit };
        using var machine = new SimulatedMachine(64 << 10, features: features);
        var format = EntryFormat.Create(46, gigabytePages: true, pat: true, protectionKeys: true, encryptionBit: EncryptionBit);
        foreach (Protection protection in Protections().Where(protection => protection.IsMappable))
        {
            foreach (PageTableLevel level in Levels.Skip(1))
            {
                ulong large = Frame | EntryCodec.PageBits(level, protection, format);
                ulong part = EntryCodec.Split(level, large);
                Assert.AreEqual(large, EntryCodec.Join(level, part));
                Assert.AreEqual(protection, EntryCodec.DecodeProtection(level - 1, part, PathRights.All, format), $"{level} {large:X}");
                Assert.IsTrue(EntryCodec.IsValid(level - 1, EntryKind.Page, part, format));
                SimulatedTranslation before = Read(machine, level, large, protection);
                Assert.AreEqual(before with { PageBytes = (level - 1).EntrySpan() }, Read(machine, level - 1, part, protection));
            }
        }
    }

    [TestMethod]
    public void What_the_processor_lacks_is_refused_and_reserved_bits_are_seen()
    {
        EntryFormat plain = EntryFormat.Create(40, gigabytePages: false);
        Assert.AreEqual(MapError.NotSupported, MapperChecks.Protection(Protection.KernelData.WithCache(CacheType.WriteCombining), plain));
        Assert.AreEqual(MapError.NotSupported, MapperChecks.Protection(Protection.KernelData.WithCache(CacheType.WriteProtected), plain));
        Assert.AreEqual(MapError.NotSupported, MapperChecks.Protection(Protection.UserData.WithKey(1), plain));
        Assert.AreEqual(MapError.NotSupported, MapperChecks.Protection(Protection.UserData.WithEncryption(true), plain));
        Assert.AreEqual(MapError.None, MapperChecks.Protection(Protection.DeviceMemory, plain));
        Assert.AreEqual(MapError.InvalidProtection, MapperChecks.Protection(Protection.KernelData.WithKey(1), plain), "keys are for user pages");
        Assert.AreEqual(MapError.InvalidProtection, MapperChecks.Protection(Protection.UserData.WithGlobal(true), plain), "of one address space");
        Assert.IsTrue(plain.Holds(Frame<Size4KiB>.Create(PhysAddr.Create((1UL << 40) - 4096))));
        Assert.IsFalse(plain.Holds(Frame<Size4KiB>.Create(PhysAddr.Create(1UL << 40))));
        foreach (int bit in Enumerable.Range(40, 12))
        {
            Assert.IsFalse(EntryCodec.IsValid(PageTableLevel.Pt, EntryKind.Page, 1 | (1UL << bit), plain), $"{bit}");
            Assert.IsFalse(EntryCodec.IsValid(PageTableLevel.Pd, EntryKind.Table, 1 | (1UL << bit), plain), $"{bit}");
        }

        foreach (int bit in Enumerable.Range(13, 8))
            Assert.IsFalse(EntryCodec.IsValid(PageTableLevel.Pd, EntryKind.Page, 0x81 | (1UL << bit), plain), $"{bit}");
        Assert.IsFalse(EntryCodec.IsValid(PageTableLevel.Pdpt, EntryKind.Page, 0x81, plain), "no pages of 1 GiB");
        Assert.IsFalse(EntryCodec.IsValid(PageTableLevel.Pml4, EntryKind.Table, 0x81, plain), "PS");
        Assert.IsTrue(EntryCodec.IsValid(PageTableLevel.Pd, EntryKind.Page, 0x81 | (1UL << 12) | (1UL << 21), plain), "PAT, and the address");
    }

    private static SimulatedTranslation Read(SimulatedMachine machine, PageTableLevel level, ulong entry, Protection protection)
    {
        machine.Memory.Write(PhysAddr.Create(Upper(machine, level)), entry);
        Privilege owner = protection.IsUser ? Privilege.User : Privilege.Supervisor;
        MmuResult read = machine.Mmu.Probe(Registers(), VirtAddr.Create(Address), MemoryAccess.Read, owner);
        Assert.AreEqual(MmuOutcome.Translated, read.Outcome);
        return read.Translation;
    }

    // Tables down to the level, by hand; where the entry of the level stands.
    private static ulong Upper(SimulatedMachine machine, PageTableLevel level)
    {
        ulong table = Root;
        for (PageTableLevel at = PageTableLevel.Pml4; ; at--)
        {
            ulong place = table + (((Address >> at.IndexShift()) & 511) * 8);
            if (at == level)
                return place;
            table += 0x1000;
            machine.Memory.Write(PhysAddr.Create(place), table | 7);
        }
    }

    // CR4.PKE is bit 22; WB, WT, UC-, UC, WP, WC, UC-, UC as the library programs the PAT.
    private static MmuRegisters Registers()
    {
        MmuRegisters registers = MmuRegisters.LongMode(Root);
        return registers with { Cr4 = registers.Cr4 | (1UL << 22), Pat = 0x0007_0105_0007_0406 };
    }

    private static SimulatedMemoryType TypeOf(CacheType cache) => cache switch
    {
        CacheType.WriteBack => SimulatedMemoryType.WriteBack,
        CacheType.WriteThrough => SimulatedMemoryType.WriteThrough,
        CacheType.Uncacheable => SimulatedMemoryType.Uncacheable,
        CacheType.WriteProtected => SimulatedMemoryType.WriteProtected,
        _ => SimulatedMemoryType.WriteCombining,
    };

    private static IEnumerable<Protection> Protections() =>
        from access in Enumerable.Range(0, 8)
        from user in new[] { false, true }
        from cache in new[] { CacheType.WriteBack, CacheType.WriteThrough, CacheType.Uncacheable, CacheType.WriteProtected, CacheType.WriteCombining }
        from global in new[] { false, true }
        from key in Enumerable.Range(0, 16)
        from encrypted in new[] { false, true }
        from tracked in new[] { false, true }
        select Protection.Create((PageAccess)access, user, cache).WithGlobal(global).WithKey(key).WithEncryption(encrypted).WithTracking(tracked);
}

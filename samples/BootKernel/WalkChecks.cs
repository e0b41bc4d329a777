using KernelMem.Addresses;
using KernelMem.Diagnostics;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Machine;
using KernelMem.Paging;
using KernelMem.Platform;
using KernelMem.Simulation.Walk;
using Scenario;

namespace BootKernel;

/// <summary>
/// Shows that the processor, the walk by the manual that the simulated MMU makes, and the entries that the mapper writes agree: pages of
/// all sizes and rights are read, written and fetched from, and the outcome and the error code are compared.
/// </summary>
internal static unsafe class WalkChecks
{
    // The machine code of RET: a fetch comes back.
    private const byte Return = 0xC3;
    private const ulong Offset = 0x5C3; // of the byte that is accessed, in its page of 4 KiB
    private const ulong MiB2 = 2UL << 20;
    private const ulong GiB = 1UL << 30;
    private const ulong UserSmall = 0x3000_0000;
    private const ulong UserLarge = UserSmall + MiB2;
    private const ulong UserHuge = 0x4000_0000;
    private const int ProtectionCount = 10;
    private const int FirstUser = 5;
    private const ulong Present = 1UL << 0;
    private const uint ReservedBit = 1 << 3;

    private static WalkFeatures s_features;
    private static ulong s_faultAddress;
    private static uint s_faultError;
    private static uint s_probes;
    private static bool s_agree;

    private static ulong KernelSmall => AddressLayout.Standard.Dynamic.Start.Value + (64 * GiB);

    private static ulong KernelLarge => KernelSmall + MiB2;

    private static ulong KernelHuge => KernelSmall + GiB;

    private static PageMapper<X64Platform> Mapper => KernelMemory.Manager.KernelSpace.Mapper;

    public static void Run(TextOutput output, ref Checklist checks)
    {
        CpuFeatures features = CpuFeatures.Detect(default(X64Platform));
        s_features = new WalkFeatures { PhysicalAddressBits = features.PhysicalBits, GigabytePages = features.Has(CpuFeatureSet.GigabytePages) };
        FrameAllocator<X64Platform> frames = KernelMemory.Manager.Frames;
        Frame block = frames.Allocate(FrameRequest.For(FrameUse.Kernel).WithOrder(9)).Value.Release();
        Atomic.Store(ref *(byte*)KernelMemory.AliasOf(block.Start + Offset).Value, Return);

        Traps.SetHandler(Traps.PageFault, &OnPageFault);
        Begin();
        for (int index = 0; index < ProtectionCount; index++)
            ProbeSizes(output, block, Nth(index), index >= FirstUser);
        checks.Check("accesses end as a walk by the manual says, for all sizes and rights"u8, s_agree, s_probes, "probes"u8);

        if (Cpu.ReadCr4().Pke)
        {
            Begin();
            ProbeKeys(output, block);
            checks.Check("they do so under protection keys"u8, s_agree, s_probes, "probes"u8);
        }

        Begin();
        ProbeEntries(output, block);
        checks.Check("they do so where an entry of any level is absent, reserved or forbids"u8, s_agree, s_probes, "probes"u8);
        PageFaults.Handle();
        frames.Free(block, FrameUse.Kernel).Expect("WalkChecks: the block cannot be freed");
    }

    /// <summary>The entries that a walk by the manual meets.</summary>
    public static WalkPath PathOf(ulong address) =>
        TableWalk.Probe(default(LiveTables), Registers(userAccess: false), s_features, address, WalkAccess.Read).Path;

    private static Protection Nth(int index) => index switch
    {
        0 => Protection.KernelCode,
        1 => Protection.KernelData,
        2 => Protection.KernelReadOnly,
        3 => Protection.DeviceMemory,
        4 => Protection.KernelData.WithGlobal(true),
        5 => Protection.UserCode,
        6 => Protection.UserData,
        7 => Protection.UserReadOnly,
        8 => Protection.UserData.WithTracking(false),
        _ => Protection.UserReadOnly.WithCache(CacheType.WriteThrough),
    };

    private static void Begin()
    {
        s_agree = true;
        s_probes = 0;
    }

    private static void ProbeSizes(TextOutput output, Frame block, Protection protection, bool user)
    {
        Map(Page<Size4KiB>.Create(VirtAddr.Create(user ? UserSmall : KernelSmall)), block, protection);
        ProbeModes(output, (user ? UserSmall : KernelSmall) + Offset);
        Release(user ? UserSmall : KernelSmall, Size4KiB.Bytes);
        Map(Page<Size2MiB>.Create(VirtAddr.Create(user ? UserLarge : KernelLarge)), Frame<Size2MiB>.Create(block.Start), protection);
        ProbeModes(output, (user ? UserLarge : KernelLarge) + Offset);
        Release(user ? UserLarge : KernelLarge, MiB2);
        if (!s_features.GigabytePages)
            return;

        ulong within = block.Start.Value & (GiB - 1);
        PhysAddr start = PhysAddr.Create(block.Start.Value - within);
        Map(Page<Size1GiB>.Create(VirtAddr.Create(user ? UserHuge : KernelHuge)), Frame<Size1GiB>.Create(start), protection);
        ProbeModes(output, (user ? UserHuge : KernelHuge) + within + Offset);
        Release(user ? UserHuge : KernelHuge, GiB);
    }

    // With and without what keeps the kernel from user pages, and from writing to read-only ones.
    private static void ProbeModes(TextOutput output, ulong address)
    {
        Cr4 cr4 = Cpu.ReadCr4();
        Cr0 cr0 = Cpu.ReadCr0();
        for (int mode = 0; mode < 8; mode++)
        {
            Cpu.WriteCr4(cr4.WithSmap(cr4.Smap && (mode & 1) == 0).WithSmep(cr4.Smep && (mode & 2) == 0));
            Cpu.WriteCr0(cr0.WithWp((mode & 4) == 0));
            ProbeAll(output, address);
        }

        Cpu.WriteCr0(cr0);
        Cpu.WriteCr4(cr4);
    }

    private static void ProbeKeys(TextOutput output, Frame block)
    {
        const int Keys = 3;
        for (int key = 0; key < Keys; key++)
        {
            Map(Page<Size4KiB>.Create(VirtAddr.Create(UserSmall)), block, Protection.UserData.WithKey(key));
            for (uint pkru = 0; pkru < 1u << (2 * Keys); pkru++)
            {
                Cpu.WritePkru(pkru);
                ProbeModes(output, UserSmall + Offset);
            }

            Cpu.WritePkru(0);
            Release(UserSmall, Size4KiB.Bytes);
        }
    }

    // Entries made by hand. No code, stack or table is reached through those that lead to the user's page.
    private static void ProbeEntries(TextOutput output, Frame block)
    {
        InterruptState interrupts = default(X64Platform).SaveInterrupts();
        Map(Page<Size4KiB>.Create(VirtAddr.Create(UserSmall)), block, Protection.UserCode);
        Map(Page<Size2MiB>.Create(VirtAddr.Create(UserLarge)), Frame<Size2MiB>.Create(block.Start), Protection.UserData);
        ProbePath(output, UserSmall + Offset, lastLevel: 1);
        ProbePath(output, UserLarge + Offset, lastLevel: 2);
        Release(UserSmall, Size4KiB.Bytes);
        Release(UserLarge, MiB2);
        default(X64Platform).RestoreInterrupts(interrupts);
    }

    private static void ProbePath(TextOutput output, ulong address, int lastLevel)
    {
        WalkPath path = PathOf(address);
        for (int i = 0; i < path.Count; i++)
        {
            WalkStep step = path[i];
            ProbeEntry(output, address, step.Place, Present);
            ProbeEntry(output, address, step.Place, 1UL << 1);
            ProbeEntry(output, address, step.Place, 1UL << 2);
            ProbeEntry(output, address, step.Place, 1UL << 63);
            if (s_features.PhysicalAddressBits < 52)
            {
                ProbeEntry(output, address, step.Place, 1UL << 51);
                ProbeEntry(output, address, step.Place, 1UL << s_features.PhysicalAddressBits);
            }

            if (step.Level >= 4)
                ProbeEntry(output, address, step.Place, 1UL << 7);
            if (step.Level == lastLevel && step.Level == 2)
            {
                ProbeEntry(output, address, step.Place, 1UL << 13);
                ProbeEntry(output, address, step.Place, 1UL << 20);
            }
        }
    }

    private static void ProbeEntry(TextOutput output, ulong address, ulong place, ulong flipped)
    {
        LiveTables tables = default;
        ulong entry = tables.Read(place);
        tables.Write(place, entry ^ flipped);
        ProbeModes(output, address);
        tables.Write(place, entry);
        Cpu.InvalidatePage(address);
    }

    private static void ProbeAll(TextOutput output, ulong address)
    {
        Probe(output, address, WalkAccess.Read, userAccess: false);
        Probe(output, address, WalkAccess.Write, userAccess: false);
        Probe(output, address, WalkAccess.Fetch, userAccess: false);
        Probe(output, address, WalkAccess.Read, userAccess: true);
        Probe(output, address, WalkAccess.Write, userAccess: true);
    }

    private static void Probe(TextOutput output, ulong address, WalkAccess access, bool userAccess)
    {
        Cpu.InvalidatePage(address);
        WalkResult expected = TableWalk.Probe(default(LiveTables), Registers(userAccess), s_features, address, access);
        Atomic.Store(ref s_faultAddress, 0UL);
        Atomic.Store(ref s_faultError, 0u);
        byte value = Return;
        bool succeeded = access switch
        {
            WalkAccess.Write when userAccess => Cpu.CopyUser((void*)address, &value, 1) == 0,
            WalkAccess.Write => KernelMem.Machine.Probe.TryWrite(address, Return),
            WalkAccess.Fetch => KernelMem.Machine.Probe.TryExecute(address),
            _ when userAccess => Cpu.CopyUser(&value, (void*)address, 1) == 0,
            _ => KernelMem.Machine.Probe.TryRead(address, out value),
        };
        bool agree = succeeded == (expected.Outcome == WalkOutcome.Translated);
        if (succeeded && agree)
            agree = Atomic.Load(in *(byte*)(KernelLayout.DirectMap.Value + expected.Translation.AddressOf(address))) == Return && value == Return;
        else if (agree)
            agree = Atomic.Load(in s_faultAddress) == address && AsTheManualSays(Atomic.Load(in s_faultError)) == expected.ErrorCode;
        s_probes++;
        if (!agree && s_agree)
            Report(output, address, access, userAccess, succeeded, expected);
        s_agree &= agree;
    }

    // Reserved bits are looked at in present entries only, so where RSVD is told, P is too (Intel SDM Vol. 3A §4.7). QEMU leaves P out.
    private static uint AsTheManualSays(uint error) => (error & ReservedBit) != 0 ? error | (uint)Present : error;

    private static void Report(TextOutput output, ulong address, WalkAccess access, bool userAccess, bool succeeded, in WalkResult expected)
    {
        output.Write("  the first that does not, of kind "u8);
        output.WriteDecimal((ulong)access);
        output.Write(userAccess ? ", AC set, at "u8 : ", at "u8);
        output.WriteHex(address);
        output.Write(succeeded ? ": it succeeded; error code expected: "u8 : ": error code and expected one: "u8);
        output.WriteDecimal(Atomic.Load(in s_faultError));
        output.Write(", "u8);
        output.WriteDecimal(expected.ErrorCode);
        output.Write("; CR4 "u8);
        output.WriteHex(Cpu.ReadCr4().Value);
        output.WriteLine();
    }

    private static WalkRegisters Registers(bool userAccess) => new()
    {
        Cr0 = Cpu.ReadCr0().Value,
        Cr3 = Cpu.ReadCr3().Value,
        Cr4 = Cpu.ReadCr4().Value,
        Efer = Cpu.ReadMsr(KernelMem.Platform.Efer.Msr),
        Flags = userAccess ? 1UL << 18 : 0,
        Pat = Cpu.ReadMsr(KernelMem.Platform.Pat.Msr),
        Pkru = Cpu.ReadCr4().Pke ? Cpu.ReadPkru() : 0,
    };

    private static void Map<TSize>(Page<TSize> page, Frame<TSize> frame, Protection protection)
        where TSize : unmanaged, IPageSize => Mapper.Map(page, frame, protection).Expect("WalkChecks: a page cannot be mapped");

    private static void Release(ulong start, ulong bytes)
    {
        if (!Mapper.UnmapRange(VirtRange.Create(VirtAddr.Create(start), bytes)).TryGet(out UnmappedRange<X64Platform> unmapped))
            Panic.Now("WalkChecks: a page cannot be unmapped");
        _ = unmapped.Flush(KernelMemory.Manager.Tlb, FrameUse.None);
    }

    // Nothing is resolved.
    private static bool OnPageFault(TrapFrame* frame)
    {
        // SAFETY: the frame is the trap's.
        Atomic.Store(ref s_faultAddress, frame->FaultAddress);
        Atomic.Store(ref s_faultError, (uint)frame->ErrorCode);
        return false;
    }
}

using KernelMem.Addresses;
using KernelMem.Diagnostics;
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
    private const ulong Present = 1UL << 0;
    private const uint ReservedBit = 1 << 3;

    private static WalkFeatures s_features;
    private static ulong s_faultAddress;
    private static uint s_faultError;
    private static uint s_probes;
    private static bool s_agree;

    public static void Run(TextOutput output, ref Checklist checks)
    {
        s_features = LiveTables.Features();
        Frame block = SamplePages.AllocateBlock();
        Atomic.Store(ref *(byte*)KernelMemory.AliasOf(block.Start + Offset).Value, Return);

        Idt.SetHandler(Idt.PageFault, &OnPageFault);
        Begin();
        for (int index = 0; index < SamplePages.Count; index++)
            ProbeSizes(output, block, SamplePages.Nth(index));
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
        KernelMemory.Manager.Frames.Free(block, FrameUse.Kernel).Expect("WalkChecks: the block cannot be freed");
    }

    /// <summary>The entries that a walk by the manual meets.</summary>
    public static WalkPath PathOf(ulong address) =>
        TableWalk.Probe(default(LiveTables), LiveTables.Registers(userAccess: false), s_features, address, WalkAccess.Read).Path;

    private static void Begin()
    {
        s_agree = true;
        s_probes = 0;
    }

    private static void ProbeSizes(TextOutput output, Frame block, Protection protection)
    {
        ulong small = SamplePages.SmallPage(protection);
        SamplePages.Map<Size4KiB>(small, block.Start, protection);
        ProbeModes(output, small + Offset);
        SamplePages.Release(small, Size4KiB.Bytes);
        ulong large = SamplePages.LargePage(protection);
        SamplePages.Map<Size2MiB>(large, block.Start, protection);
        ProbeModes(output, large + Offset);
        SamplePages.Release(large, Size2MiB.Bytes);
        if (!s_features.GigabytePages)
            return;

        ulong huge = SamplePages.HugePage(protection);
        PhysAddr around = Frame<Size1GiB>.Containing(block.Start).Start;
        SamplePages.Map<Size1GiB>(huge, around, protection);
        ProbeModes(output, huge + (block.Start.Value - around.Value) + Offset);
        SamplePages.Release(huge, Size1GiB.Bytes);
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
            Protection protection = Protection.UserData.WithKey(key);
            ulong page = SamplePages.SmallPage(protection);
            SamplePages.Map<Size4KiB>(page, block.Start, protection);
            for (uint pkru = 0; pkru < 1u << (2 * Keys); pkru++)
            {
                Cpu.WritePkru(pkru);
                ProbeModes(output, page + Offset);
            }

            Cpu.WritePkru(0);
            SamplePages.Release(page, Size4KiB.Bytes);
        }
    }

    // Entries made by hand. No code, stack or table is reached through those that lead to the user's page.
    private static void ProbeEntries(TextOutput output, Frame block)
    {
        InterruptState interrupts = default(X64Platform).SaveInterrupts();
        ulong small = SamplePages.SmallPage(Protection.UserCode);
        ulong large = SamplePages.LargePage(Protection.UserData);
        SamplePages.Map<Size4KiB>(small, block.Start, Protection.UserCode);
        SamplePages.Map<Size2MiB>(large, block.Start, Protection.UserData);
        ProbePath(output, small + Offset, lastLevel: 1);
        ProbePath(output, large + Offset, lastLevel: 2);
        SamplePages.Release(small, Size4KiB.Bytes);
        SamplePages.Release(large, Size2MiB.Bytes);
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
        WalkResult expected = TableWalk.Probe(default(LiveTables), LiveTables.Registers(userAccess), s_features, address, access);
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

    // Nothing is resolved.
    private static bool OnPageFault(TrapFrame* frame)
    {
        // SAFETY: the frame is the trap's.
        Atomic.Store(ref s_faultAddress, frame->FaultAddress);
        Atomic.Store(ref s_faultError, (uint)frame->ErrorCode);
        return false;
    }
}

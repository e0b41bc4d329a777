using KernelMem.Addresses;
using KernelMem.Diagnostics;
using KernelMem.Machine;
using KernelMem.Paging;
using KernelMem.Simulation.Walk;
using Scenario;

namespace BootKernel;

/// <summary>
/// Lists what is mapped as the library's walk tells it, and stands still, so that somebody who reads the same tables can be asked too:
/// QEMU's monitor (<c>info tlb</c>, <c>info mem</c>).
/// </summary>
internal static unsafe class PageListing
{
    private const int LeftAlone = 8; // of the samples, nobody uses this one

    /// <summary>Maps pages of every kind, lists all, and stops this CPU.</summary>
    public static void WriteAndStop(TextOutput output, ref Checklist checks)
    {
        MapSamples();
        WalkFeatures features = LiveTables.Features();
        WalkRegisters registers = LiveTables.Registers(userAccess: false);
        output.WriteLine("\nMapped pages: from, bytes, to, level, rights, cache type, use"u8);
        ulong pages = 0;
        bool agree = true;
        MappedPages<X64Platform> lower = Query(VirtRange.Create(VirtAddr.Zero, AddressLayout.KernelHalf.Length));
        List(ref lower, output, registers, features, ref pages, ref agree);
        MappedPages<X64Platform> upper = Query(AddressLayout.KernelHalf);
        List(ref upper, output, registers, features, ref pages, ref agree);
        checks.Check("a walk by the manual finds every page that is listed, and the same of it"u8, agree, pages, "pages"u8);
        output.WriteLine("The kernel stands still."u8);
        Cpu.Stop();
    }

    private static MappedPages<X64Platform> Query(VirtRange range) => KernelMemory.Manager.KernelSpace.Mapper.Query(range);

    private static void List(
        ref MappedPages<X64Platform> pages, TextOutput output, in WalkRegisters registers, in WalkFeatures features, ref ulong count, ref bool agree)
    {
        while (pages.TryGetNext(out MappedRange run))
        {
            Write(output, run);
            ulong size = run.Level.EntrySpan();
            for (ulong offset = 0; offset < run.Range.Length; offset += size)
            {
                WalkResult walk = TableWalk.Probe(default(LiveTables), registers, features, run.Range.Start.Value + offset, WalkAccess.Read);
                agree &= walk.HasTranslation && Agree(walk.Translation, run, offset);
                count++;
            }
        }

        agree &= pages.Damaged == 0;
    }

    private static bool Agree(in WalkTranslation walked, in MappedRange run, ulong offset)
    {
        Protection protection = run.Protection;
        WalkRights rights = (protection.IsWritable ? WalkRights.Writable : WalkRights.None)
            | (protection.IsUser ? WalkRights.User : WalkRights.None)
            | (protection.IsExecutable ? WalkRights.Executable : WalkRights.None);
        return walked.Page == run.Start.Value + offset
            && 1UL << walked.Shift == run.Level.EntrySpan()
            && walked.Rights == rights
            && walked.IsGlobal == protection.IsGlobal
            && walked.PatIndex == (int)protection.Cache
            && walked.Key == protection.Key;
    }

    private static void Write(TextOutput output, in MappedRange run)
    {
        Protection protection = run.Protection;
        output.WriteHex(run.Range.Start.Value);
        output.Write(" "u8);
        output.WriteHex(run.Range.Length);
        output.Write(" "u8);
        output.WriteHex(run.Start.Value);
        output.Write(" "u8);
        output.WriteDecimal((ulong)run.Level);
        output.Write(" "u8);
        output.Write(protection.IsWritable ? "w"u8 : "-"u8);
        output.Write(protection.IsExecutable ? "x"u8 : "-"u8);
        output.Write(protection.IsUser ? "u"u8 : "-"u8);
        output.Write(protection.IsGlobal ? "g "u8 : "- "u8);
        output.WriteDecimal((ulong)protection.Cache);
        output.Write(run.AnyAccessed ? " a"u8 : " -"u8);
        output.WriteLine(run.AnyDirty ? "d"u8 : "-"u8);
    }

    // Each kind in each size, at places of their own. Of the programs' some are read, some are written, one is left alone.
    private static void MapSamples()
    {
        PhysAddr block = SamplePages.AllocateBlock().Start;
        PhysAddr around = Frame<Size1GiB>.Containing(block).Start;
        for (int kind = 0; kind < SamplePages.Count; kind++)
        {
            Protection protection = SamplePages.Nth(kind);
            ulong small = SamplePages.SmallPage(protection, kind);
            SamplePages.Map<Size4KiB>(small, block + ((ulong)kind * Size4KiB.Bytes), protection);
            SamplePages.Map<Size2MiB>(SamplePages.LargePage(protection, kind), block, protection);
            bool fits = kind <= SamplePages.FirstUser;
            if (LiveTables.Features().GigabytePages && fits)
                SamplePages.Map<Size1GiB>(SamplePages.HugePage(protection, kind), around, protection);
            if (protection.IsUser && kind != LeftAlone)
                Touch(small, protection.IsWritable);
        }
    }

    private static void Touch(ulong page, bool write)
    {
        byte value = 0;
        _ = write ? Cpu.CopyUser((void*)page, &value, 1) : Cpu.CopyUser(&value, (void*)page, 1);
    }
}

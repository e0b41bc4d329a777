using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Machine;
using KernelMem.Paging;
using Scenario;

namespace BootKernel;

/// <summary>Shows by real faults that the kernel's own mappings have the rights they should have.</summary>
internal static unsafe class RightsChecks
{
    // The machine code of RET: what is fetched by mistake comes back, and the check fails instead of the kernel.
    private const byte Return = 0xC3;

    public static void Run(ref Checklist checks)
    {
        ref readonly ImageLayout image = ref ImageLayout.Current;
        VirtAddr text = image.Text.Start;
        VirtAddr constants = Probe.ReturnInConstants;
        VirtAddr data = image.BootStack.Start + Size4KiB.Bytes; // the far end of the stack in use
        VirtAddr alias = KernelMemory.AliasOf(image.ToPhysical(text));
        VirtAddr constantsAlias = KernelMemory.AliasOf(image.ToPhysical(constants));

        checks.Check("code can be read, not written"u8, Reads(text) && WriteIsRefused(text));
        checks.Check("code and constants cannot be written through the direct map"u8, Reads(alias) && WriteIsRefused(alias) && Reads(constantsAlias) && WriteIsRefused(constantsAlias));
        checks.Check("constants can be read, not written, not executed"u8, Reads(constants) && WriteIsRefused(constants) && FetchIsRefused(constants));
        checks.Check("data can be written, not executed"u8, Writes(data, Return) && FetchIsRefused(data));
        checks.Check("the direct map is not executable"u8, FetchIsRefused(constantsAlias));
        checks.Check("the start-up code is gone"u8, IsUnmapped(image.BootText.Start));
        checks.Check("the page below the boot stack is unmapped"u8, IsUnmapped(image.BootStack.Start));
        checks.Check("null is unmapped"u8, IsUnmapped(VirtAddr.Zero));
        checks.Check("the identity map is gone"u8, IsUnmapped(VirtAddr.Create(image.Physical.Start.Value)) && IsUnmapped(VirtAddr.Create(0x10_0000)));
        checks.Check("SIMD registers survive a page fault"u8, SimdSurvives());

        TableAudit audit = TableAudit.Run(Cpu.ReadCr3().Value, Cpu.ReadCr4().La57);
        checks.Check("no page is writable and executable"u8, audit.WritableExecutablePages == 0);
        checks.Check("no page is open to user mode"u8, audit.UserPages == 0);
        checks.Check("the lower half holds the page where CPUs start and nothing else"u8, audit.LowerHalfPages == 1);
        int kernels = audit.SmallPages + audit.LargePages - audit.LowerHalfPages;
        bool global = audit.GlobalPages == (Cpu.ReadCr4().Pge ? kernels : 0) && audit.GlobalLowerHalfPages == 0;
        checks.Check("the kernel's pages are global, the identity mapping is not"u8, global, (ulong)audit.GlobalPages, "pages"u8);
        checks.Check("writable frames are nowhere executable"u8, !audit.HasWritableAliasOfCode);
    }

    private static bool SimdSurvives()
    {
        if (!KernelMemory.Manager.AllocateMemory(Size4KiB.Bytes, RegionKind.KernelData, Protection.KernelData, RegionBacking.OnDemand).TryGet(out VirtRange page))
            return false;
        ulong mapped = KernelMemory.Manager.GetMemoryStats().Faults.Mapped;
        bool survives = Probe.TrySimd(page.Start.Value) && KernelMemory.Manager.GetMemoryStats().Faults.Mapped == mapped + 1;
        return KernelMemory.Manager.DeallocateMemory(page).IsSuccess && survives;
    }

    private static bool Reads(VirtAddr address) => Probe.TryRead(address.Value, out _);

    private static bool Writes(VirtAddr address, byte value) =>
        Probe.TryWrite(address.Value, value) && Probe.TryRead(address.Value, out byte read) && read == value;

    private static bool WriteIsRefused(VirtAddr address) =>
        !Probe.TryWrite(address.Value, 0) && Faulted(address) && PageFaults.Error is { ProtectionViolation: true, Write: true, InstructionFetch: false };

    private static bool FetchIsRefused(VirtAddr address) =>
        !Probe.TryExecute(address.Value) && Faulted(address) && PageFaults.Error is { ProtectionViolation: true, Write: false, InstructionFetch: true };

    private static bool IsUnmapped(VirtAddr address) =>
        !Probe.TryRead(address.Value, out _) && Faulted(address) && PageFaults.Error is { ProtectionViolation: false, Write: false, InstructionFetch: false };

    private static bool Faulted(VirtAddr address) => PageFaults.Address == address.Value;
}

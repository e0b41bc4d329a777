using KernelMem.Boot;
using Scenario;

namespace BootKernel;

/// <summary>
/// Holds the two maps of a boot through UEFI against each other: the boot loader's, where usable is all that is free once the boot services
/// have ended, and UEFI's own, which says who used it until then.
/// </summary>
internal static class UefiMapChecks
{
    private const ulong LoaderUsable = 1; // ACPI 6.5, table 15.2

    public static void Run(ref Checklist checks, in BootInformation boot)
    {
        if (boot.UefiMap.Count == 0)
            return;
        bool covered = Covers(boot.UefiMap, true, boot.Map, false);
        checks.Check("what the loader calls usable, UEFI calls free, the loader's or the boot services'"u8, covered);
        checks.Check("and the other way round"u8, Covers(boot.Map, false, boot.UefiMap, true));
    }

    // Whether every byte free in one map is free in the other; and there is one.
    private static bool Covers(in FirmwareMap cover, bool coverIsUefi, in FirmwareMap map, bool mapIsUefi)
    {
        bool isSome = false;
        foreach (FirmwareRegion entry in map)
        {
            if (!IsFree(entry, mapIsUefi))
                continue;
            isSome = true;
            if (CoveredFrom(cover, coverIsUefi, entry.Start) < entry.Start + entry.Length)
                return false;
        }

        return isSome;
    }

    private static ulong CoveredFrom(in FirmwareMap map, bool isUefi, ulong address)
    {
        bool grew = true;
        while (grew)
        {
            grew = false;
            foreach (FirmwareRegion entry in map)
            {
                if (IsFree(entry, isUefi) && entry.Start <= address && address < entry.Start + entry.Length)
                {
                    address = entry.Start + entry.Length;
                    grew = true;
                }
            }
        }

        return address;
    }

    // UEFI 2.10, section 7.2: loader code and data, boot services code and data, conventional memory.
    private static bool IsFree(FirmwareRegion entry, bool isUefi) => isUefi ? entry.Type is (>= 1 and <= 4) or 7 : entry.Type == LoaderUsable;
}

using KernelMem.Addresses;

namespace KernelMem.Platform;

/// <summary>
/// The library's page-attribute table: which memory type each index means that page-table entries name (Intel SDM Vol. 3A §11.12).
/// </summary>
/// <remarks>
/// The first four are as after a reset, so tables made before it was programmed, a boot loader's for instance, mean the same after. Index 5
/// is write-combining where the Limine protocol has it too.
/// </remarks>
public static class CachePolicy
{
    /// <summary>0 write-back, 1 write-through, 2 UC-, 3 uncacheable, 4 write-protected, 5 write-combining, 6 UC-, 7 uncacheable.</summary>
    public static Pat Table => Pat.Initial
        .WithType4(MemoryType.WriteProtected)
        .WithType5(MemoryType.WriteCombining);

    /// <summary>
    /// Makes <see cref="Table"/> this CPU's, if it is not yet. No page may be in use whose index changes its type (after a reset: 4 and 5).
    /// Called with interrupts off, on each CPU once.
    /// </summary>
    internal static void Program<TPlatform>(TPlatform platform)
        where TPlatform : unmanaged, IPlatform
    {
        if (platform.ReadMsr(Pat.Msr) == Table.Value)
            return;

        // What §11.11.8 and §11.12.4 ask for: no line and no translation may be cached across the change, and nothing may be cached meanwhile.
        Cr0 cr0 = Cr0.FromRaw(platform.ReadCr0());
        platform.WriteCr0(cr0.WithCd(true).WithNw(false).Value);
        platform.FlushCaches();
        Cr4 cr4 = Cr4.FromRaw(platform.ReadCr4());
        DropTranslations(platform, cr4);

        platform.WriteMsr(Pat.Msr, Table.Value);

        platform.FlushCaches();
        DropTranslations(platform, cr4.WithPge(false));
        platform.WriteCr0(cr0.WithCd(false).WithNw(false).Value);
        if (cr4.Pge)
            platform.WriteCr4(cr4.Value);
    }

    // Clearing CR4.PGE drops everything, global or not, under every identifier. Where it is clear, nothing cached is global.
    private static void DropTranslations<TPlatform>(TPlatform platform, Cr4 cr4)
        where TPlatform : unmanaged, IPlatform
    {
        if (cr4.Pge)
            platform.WriteCr4(cr4.WithPge(false).Value);
        else if (cr4.Pcide)
            platform.InvalidateContext(InvalidationKind.AllWithGlobals, 0, VirtAddr.Zero);
        else
            platform.WritePageTableRoot(platform.ReadPageTableRoot());
    }
}

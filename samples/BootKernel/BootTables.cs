using KernelMem.Addresses;
using KernelMem.Machine;

namespace BootKernel;

/// <summary>
/// The page tables that the boot stub left (Native/Bare/boot.s), until the memory manager's are in use: four page directories, for the
/// first 4 GiB, hang in one table of 1 GiB slots.
/// </summary>
internal static unsafe class BootTables
{
    private const int Directories = 4;
    private const ulong TableBits = 3; // present, writable
    private const ulong AddressMask = 0x000F_FFFF_FFFF_F000;

    /// <summary>Shows physical memory at another place too: 4 GiB from there on.</summary>
    /// <param name="place">A multiple of 1 GiB in the kernel half.</param>
    /// <param name="tables">Two zeroed frames, for tables.</param>
    public static void MapAlso(VirtAddr place, FrameRange<Size4KiB> tables)
    {
        ulong* pml4 = At(Cpu.ReadCr3().Value);
        if (Cpu.ReadCr4().La57)
            pml4 = At(pml4[511]);
        ulong* slots = At(pml4[IndexOf(KernelLayout.DirectMap.Value, 39)]);
        ulong* directories = stackalloc ulong[Directories];
        for (int i = 0; i < Directories; i++)
            directories[i] = slots[i];

        ulong next = tables.Start.Start.Value;
        for (int i = 0; i < Directories; i++)
        {
            ulong address = place.Value + ((ulong)i * Size1GiB.Bytes);
            ref ulong table = ref pml4[IndexOf(address, 39)];
            if (table == 0)
            {
                table = next | TableBits;
                next += Frame.Size;
            }

            At(table)[IndexOf(address, 30)] = directories[i];
        }

        // The place may be one in which the stub's own map is.
        Cpu.WriteCr3(Cpu.ReadCr3());
    }

    private static int IndexOf(ulong address, int shift) => (int)(address >> shift & 511);

    // SAFETY: the stub's tables are in the image, and the new ones were given; the boot map shows both.
    private static ulong* At(ulong entry) => (ulong*)(KernelLayout.DirectMap.Value + (entry & AddressMask));
}

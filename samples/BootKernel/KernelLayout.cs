using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Machine;
using KernelMem.Paging;
using KernelMem.Platform;

namespace BootKernel;

/// <summary>
/// Where things are in this kernel's address space: the library's usual layout, or one that nobody can know before. The image itself is at
/// the top (KernelMem.Machine.ImageLayout), and stays there.
/// </summary>
internal static unsafe class KernelLayout
{
    private const int StampBits = 7;
    private const int Stamps = 64;
    private const ushort PostPort = 0x80;

    private static AddressLayout s_current;

    /// <summary>Which addresses are whose.</summary>
    public static AddressLayout Current => s_current;

    /// <summary>All memory, at physical address + this. Never executable; the image's read-only frames are read-only here too.</summary>
    public static VirtAddr DirectMap => s_current.DirectMap.Start;

    /// <summary>The usual layout: the boot stub has put the direct map where that has it.</summary>
    public static void UseStandard() => s_current = AddressLayout.Standard;

    /// <summary>Moves heap, devices, regions and the direct map to places that the seed decides. Nothing of the old map may be in use after that.</summary>
    /// <param name="seed">The same one gives the same places.</param>
    /// <param name="memory">Up to where there is physical memory.</param>
    /// <param name="early">Gives two frames, for the boot tables.</param>
    /// <param name="bootMap">How they are reached.</param>
    public static void Randomize(ulong seed, ulong memory, EarlyAllocator early, DirectMap bootMap)
    {
        AddressLayout moved = s_current.Randomize(seed, moveDirectMap: true, memory);
        PhysRange reachable = PhysRange.Create(PhysAddr.Zero, bootMap.Length);
        if (!early.Allocate(2, Frame.Size, reachable).TryGet(out FrameRange<Size4KiB> tables, out EarlyAllocatorError error))
            Panic.Now(BootErrors.Message(error));
        default(X64Platform).ClearMemory(bootMap.ToPointer<byte>(tables.Start.Start), tables.Bytes.Length);
        BootTables.MapAlso(moved.DirectMap.Start, tables);
        s_current = moved;
    }

    /// <summary>A seed that nobody can know: the processor's random numbers, and how long things take.</summary>
    public static ulong GatherSeed()
    {
        ulong seed = Cpu.TryReadRandom(out ulong random) ? random : 0;
        for (int i = 0; i < Stamps; i++)
        {
            _ = Cpu.In8(PostPort); // a slow bus
            seed = ((seed << StampBits) | (seed >> (64 - StampBits))) ^ Cpu.ReadTimeStamp();
        }

        return seed;
    }
}

using KernelMem.Addresses;
using KernelMem.Failures;

namespace KernelMem.Paging;

/// <content>Places that an attacker cannot know before (KASLR).</content>
public readonly partial struct AddressLayout
{
    private const ulong SlotBytes = 1UL << 39;
    private const ulong HeapStep = 256UL << 10;

    /// <summary>
    /// The same ranges elsewhere: the kernel heap within its 512 GiB, in steps of 256 KiB; devices and regions, stacks among these, in the
    /// kernel half, in steps of 1 GiB; and, if asked for, the direct map.
    /// </summary>
    /// <param name="entropy">Random bits, from RDSEED or the boot loader: the same ones give the same places.</param>
    /// <param name="moveDirectMap">
    /// Whether the direct map moves too. Not where a boot loader, or the kernel's own boot tables, have put it in its place already.
    /// </param>
    /// <param name="memory">With it: up to where there is physical memory. The direct map is cut to that, rounded up to 1 GiB, so that it has room.</param>
    /// <returns>A layout for which everything holds that held for this one. Panics if there is more memory than the direct map takes.</returns>
    /// <remarks>The upper parts come in this order: direct map, devices, regions.</remarks>
    public AddressLayout Randomize(ulong entropy, bool moveDirectMap = false, ulong memory = 0)
    {
        Panic.Assert(memory <= DirectMap.Length, "AddressLayout: more memory than the direct map takes");
        ulong slot = KernelHeap.Start.Value & ~(SlotBytes - 1);
        VirtRange heap = KernelHeap.Last.Value - slot < SlotBytes
            ? Place(slot, slot + (SlotBytes - 1), KernelHeap.Length, HeapStep, ref entropy)
            : KernelHeap;

        // The image lies in the topmost GiB: nothing goes there.
        ulong top = ulong.MaxValue - GiB;
        ulong mapLength = (memory + GiB - 1) & ~(GiB - 1);
        bool moves = moveDirectMap && mapLength != 0;
        VirtRange map = moves ? Place(UpperHalf48, UpperHalf48 + (DirectMap.Length - 1), mapLength, GiB, ref entropy) : DirectMap;
        ulong free = map.Last.Value + 1;
        ulong middle = free + (((top - free) / 2) & ~(GiB - 1));
        VirtRange devices = Place(free, middle - 1, Devices.Length, GiB, ref entropy);
        VirtRange dynamic = Place(middle, top, KernelRegions.Length, GiB, ref entropy);
        bool valid = TryCreate(User, heap, map, devices, dynamic, out AddressLayout layout);
        Panic.Assert(valid, "AddressLayout: the ranges have no room elsewhere");
        return layout;
    }

    // A range of a length somewhere from first to last, at a multiple of the step.
    private static VirtRange Place(ulong first, ulong last, ulong length, ulong step, ref ulong entropy)
    {
        ulong start = (first + step - 1) & ~(step - 1);
        Panic.Assert(last > start && last - start >= length - 1, "AddressLayout: the ranges have no room elsewhere");
        ulong places = ((last - start - (length - 1)) / step) + 1;
        return Range(start + (Next(ref entropy) % places * step), length);
    }

    // SplitMix64: neighboring seeds give unrelated numbers. Not a cipher: what is secret is the entropy.
    private static ulong Next(ref ulong state)
    {
        unchecked
        {
            state += 0x9E37_79B9_7F4A_7C15;
            ulong mixed = (state ^ (state >> 30)) * 0xBF58_476D_1CE4_E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
            return mixed ^ (mixed >> 31);
        }
    }
}

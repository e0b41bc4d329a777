using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <content>NUMA: which memory and which CPU is on which node. Without these calls all are on node 0, and nothing costs more.</content>
public readonly unsafe partial struct FrameAllocator<TPlatform>
{
    /// <summary>
    /// Says that memory is on a NUMA node, as the firmware tells (ACPI SRAT). The unit is 16 MiB: all of each that the range touches counts
    /// as the node's, until another range that touches it is assigned.
    /// </summary>
    /// <param name="range">
    /// Whole frames; those that the allocator has no room for are ignored. Assign memory that is added later before it is added.
    /// </param>
    /// <param name="node">The node, 0 to 63; panics if it is none.</param>
    /// <remarks>Before other CPUs use the allocator; later, they may go by the old node for a while.</remarks>
    public void AssignNode(FrameRange<Size4KiB> range, int node)
    {
        Panic.Assert((uint)node < FrameRequest.NodeLimit, "FrameAllocator.AssignNode: no such node");
        uint count = Books->Table.Count;
        uint start = range.Start.Number < count ? (uint)range.Start.Number : count;
        uint end = range.EndNumber < count ? (uint)range.EndNumber : count;
        foreach (ZonePart part in new ZoneParts(Books, start, end))
            Books->Pools[part.Zone].Assign(part.Start, part.End, (byte)node);
    }

    /// <summary>
    /// Says on which NUMA node a CPU is: in each zone it gets that node's memory first. To be called on that CPU, or before it comes up.
    /// </summary>
    /// <param name="cpu">The CPU; panics if it is none.</param>
    /// <param name="node">The node, 0 to 63; panics if it is none.</param>
    public void SetHomeNode(CpuId cpu, int node)
    {
        Panic.Assert((uint)cpu.Value < (uint)Books->CpuLimit, "FrameAllocator.SetHomeNode: no such CPU");
        Panic.Assert((uint)node < FrameRequest.NodeLimit, "FrameAllocator.SetHomeNode: no such node");
        for (int zone = 0; zone < ZoneLayout.ZoneCount; zone++)
        {
            Books->Cache(cpu.Value, zone)->Home = (byte)node;
            Books->Cache(cpu.Value + Books->CpuLimit, zone)->Home = (byte)node;
        }
    }

    /// <summary>The NUMA node of a frame, as it was assigned; 0 for frames that the allocator has no room for.</summary>
    /// <param name="frame">Any frame.</param>
    public int NodeOf(Frame frame)
    {
        if (frame.Number >= Books->Table.Count)
            return 0;

        uint number = (uint)frame.Number;
        return Books->Pools[Books->ZoneOf(number)].NodeOf(number);
    }

    /// <summary>The free frames of a NUMA node. O(frames / 512); exact while nobody allocates or frees.</summary>
    /// <param name="node">The node, 0 to 63; panics if it is none.</param>
    public ulong FreeFramesOfNode(int node)
    {
        Panic.Assert((uint)node < FrameRequest.NodeLimit, "FrameAllocator.FreeFramesOfNode: no such node");
        NodeFilter filter = NodeFilter.Only(node);
        ulong free = 0;
        for (int zone = 0; zone < ZoneLayout.ZoneCount; zone++)
        {
            FramePool* pool = Books->Pools + zone;
            free += pool->CountFree(filter);
            for (int slot = 0; slot < Books->Slots; slot++)
                free += Books->Cache(slot, zone)->CountKept(pool, filter);
        }

        return free;
    }
}

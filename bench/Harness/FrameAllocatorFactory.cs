using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Frames;
using KernelMem.Platform;

namespace Benchmarks;

/// <summary>Starts the library's allocator, as a kernel does: map, early allocator, hand-over.</summary>
internal static unsafe class FrameAllocatorFactory
{
    private const int MapEntries = 4;

    /// <summary>An allocator in one zone, so that every frame can be had without a constraint.</summary>
    public static FrameAllocator<TPlatform> Create<TPlatform>(ref Arena arena, uint frames)
        where TPlatform : unmanaged, IPlatform => Create<TPlatform>(ref arena, frames, out _);

    /// <param name="arena">Where the metadata goes.</param>
    /// <param name="frames">How many frames.</param>
    /// <param name="ticks">How long the creation took.</param>
    public static FrameAllocator<TPlatform> Create<TPlatform>(ref Arena arena, uint frames, out ulong ticks)
        where TPlatform : unmanaged, IPlatform
    {
        MemoryMap map = BuildMap(ref arena, frames);
        ulong earlyBytes = EarlyAllocator.MetadataSize(MapEntries);
        EarlyAllocator early = EarlyAllocator.Create(map, arena.Take<byte>(earlyBytes), earlyBytes).Value;
        ZoneLayout oneZone = ZoneLayout.Create(PhysAddr.Zero, PhysAddr.CreateUnchecked(map.UsableEnd));
        ulong metadataBytes = FrameAllocator<TPlatform>.MetadataSize(map, default(TPlatform).CpuLimit);
        arena.AlignToPage();
        byte* metadata = arena.Take<byte>(metadataBytes);

        ulong start = Host.Ticks();
        FrameAllocator<TPlatform> allocator = FrameAllocator<TPlatform>.Create(default, default, oneZone, early, map, metadata, metadataBytes).Value;
        ticks = Host.Ticks() - start;
        return allocator;
    }

    /// <summary>How much metadata some frames take, and some CPUs.</summary>
    public static ulong MetadataBytes<TPlatform>(ref Arena arena, uint frames, int cpus)
        where TPlatform : unmanaged, IPlatform
    {
        ulong used = arena.Used;
        ulong bytes = FrameAllocator<TPlatform>.MetadataSize(BuildMap(ref arena, frames), cpus);
        arena.Reset(used);
        return bytes;
    }

    private static MemoryMap BuildMap(ref Arena arena, uint frames)
    {
        ulong bytes = MemoryMapBuilder.MetadataSize(MapEntries);
        MemoryMapBuilder builder = MemoryMapBuilder.Create(arena.Take<byte>(bytes), bytes).Value;
        builder.Add(Arena.FirstFrame * Frame.Size, frames * Frame.Size, MemoryRegionKind.Usable);
        return builder.Build().Value;
    }
}

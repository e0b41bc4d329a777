using System;
using System.Collections.Generic;
using KernelMem.Boot;
using KernelMem.Failures;

namespace KernelMem.Tests.Boot;

/// <summary>A map in a guarded buffer, built from raw entries.</summary>
internal sealed unsafe class BuiltMap : IDisposable
{
    private readonly GuardedMemory _buffer;

    private BuiltMap(GuardedMemory buffer, MemoryMapBuilder builder, Result<MemoryMap, MemoryMapError> result)
    {
        _buffer = buffer;
        Builder = builder;
        Result = result;
    }

    public MemoryMapBuilder Builder { get; }

    public Result<MemoryMap, MemoryMapError> Result { get; }

    public MemoryMap Map => Result.Value;

    /// <summary>In a buffer of exactly the size that the library says is always enough.</summary>
    public static BuiltMap From(params RawEntry[] raw) => InBufferOf(MemoryMapBuilder.MetadataSize(raw.Length), raw);

    public static BuiltMap InBufferOf(ulong bytes, params RawEntry[] raw)
    {
        GuardedMemory buffer = GuardedMemory.AgainstEnd((int)bytes);
        MemoryMapBuilder builder = MemoryMapBuilder.Create(buffer.Start, bytes).Value;
        foreach (RawEntry entry in raw)
            builder.Add(entry.Start, entry.Length, entry.Kind);

        return new BuiltMap(buffer, builder, builder.Build());
    }

    public static List<RawEntry> Listed(MemoryMap map)
    {
        List<RawEntry> regions = [];
        foreach (MemoryRegion region in map)
            regions.Add(new RawEntry(region.Start.Value, region.Length, region.Kind));

        return regions;
    }

    public void Dispose() => _buffer.Dispose();
}

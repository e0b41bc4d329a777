using System;
using System.Buffers.Binary;
using System.Text;
using KernelMem.Addresses;
using KernelMem.Boot;

namespace KernelMem.Tests.Boot;

/// <summary>A piece of pretended physical memory to lay tables out in, and guarded memory that shows it through a window.</summary>
internal sealed unsafe class PhysicalImage(ulong start, int length)
{
    private readonly byte[] _bytes = new byte[length];

    public ulong Start { get; } = start;

    public Span<byte> Bytes => _bytes;

    public void Put32(ulong address, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(At(address), value);

    public void Put64(ulong address, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(At(address), value);

    public void PutString(ulong address, string text)
    {
        Encoding.UTF8.GetBytes(text, At(address));
        At(address + (ulong)text.Length)[0] = 0;
    }

    /// <summary>The image, or the first part of it, with nothing accessible behind the end (or before the start).</summary>
    public ShownMemory Show(int? length = null, bool guardStart = false)
    {
        int shown = length ?? _bytes.Length;
        GuardedMemory memory = guardStart ? GuardedMemory.AgainstStart(shown) : GuardedMemory.AgainstEnd(shown);
        _bytes.AsSpan(0, shown).CopyTo(memory.Bytes);
        PhysicalMemoryView window = PhysicalMemoryView.Create(memory.Start, PhysRange.Create(PhysAddr.Create(Start), (ulong)shown));
        return new ShownMemory(memory, window);
    }

    private Span<byte> At(ulong address) => _bytes.AsSpan((int)(address - Start));
}

/// <summary>Guarded memory and the window on it.</summary>
internal sealed class ShownMemory(GuardedMemory memory, PhysicalMemoryView window) : IDisposable
{
    public PhysicalMemoryView Window { get; } = window;

    public void Dispose() => memory.Dispose();
}

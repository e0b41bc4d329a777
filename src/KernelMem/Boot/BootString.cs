using System;
using KernelMem.Addresses;

namespace KernelMem.Boot;

/// <summary>A zero-terminated string the boot loader left in memory. <c>default</c> is no string: empty, and nowhere.</summary>
public readonly struct BootString
{
    /// <summary>The longest string a reader accepts, in bytes without the terminator.</summary>
    public const int MaximumLength = 65535;

    private readonly PhysicalMemoryView _memory;

    private BootString(PhysicalMemoryView memory, PhysRange storage)
    {
        _memory = memory;
        Storage = storage;
    }

    /// <summary>The memory the string occupies, terminator included; empty if there is no string.</summary>
    public PhysRange Storage { get; }

    /// <summary>The characters (by convention ASCII or UTF-8), without the terminator, in place.</summary>
    public ReadOnlySpan<byte> Bytes =>
        Storage.Length > 1 && _memory.TryGetBytes(Storage, out ReadOnlySpan<byte> bytes) ? bytes[..^1] : default;

    /// <summary>Finds the end of a string, inside the window and within <see cref="MaximumLength"/>.</summary>
    internal static bool TryRead(PhysicalMemoryView memory, ulong address, out BootString text)
    {
        text = default;
        for (ulong length = 0; length <= MaximumLength; length++)
        {
            // Inside the window there is no wrapping: once the sum wraps, the byte before was outside already.
            if (!memory.TryReadByte(unchecked(address + length), out byte character))
                return false;

            if (character != 0)
                continue;

            text = new BootString(memory, PhysRange.Create(PhysAddr.Create(address), length + 1));
            return true;
        }

        return false;
    }
}

using System;
using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Machine;
using KernelMem.Platform;

namespace BootKernel;

/// <summary>A banner in the VGA adapter's text buffer: 25 rows of 80 cells, a character and a colour each.</summary>
internal static unsafe class VgaBanner
{
    /// <summary>Length of the text buffer, in bytes.</summary>
    public const ulong BufferBytes = 32 * 1024;

    private const ushort GraphicsIndex = 0x3CE;
    private const ushort GraphicsData = 0x3CF;
    private const byte GraphicsMiscellaneous = 0x06;
    private const byte GraphicsMode = 0x01;
    private const ushort CrtcIndex = 0x3D4;
    private const ushort CrtcData = 0x3D5;
    private const byte CursorStart = 0x0A;
    private const byte CursorOff = 0x20;

    private const int Columns = 80;
    private const int Rows = 25;
    private const byte WhiteOnBlue = 0x1F;
    private const byte YellowOnBlue = 0x1E;
    private const byte CyanOnBlue = 0x1B;

    /// <summary>The frames of the text buffer (IBM VGA: colour text modes).</summary>
    public static PhysAddr Buffer => PhysAddr.CreateUnchecked(0xB8000);

    /// <summary>Whether the adapter is in a text mode. UEFI firmware leaves it in a graphics mode, and then there is no text buffer.</summary>
    public static bool CanBeShown
    {
        get
        {
            Cpu.Out8(GraphicsIndex, GraphicsMiscellaneous);
            return (Cpu.In8(GraphicsData) & GraphicsMode) == 0;
        }
    }

    public static void Write(VirtAddr screen)
    {
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
                Put(screen, row, column, (byte)' ', WhiteOnBlue);
        }

        Cpu.Out8(CrtcIndex, CursorStart);
        Cpu.Out8(CrtcData, CursorOff);
        WriteCentred(screen, 8, Title, YellowOnBlue);
        WriteCentred(screen, 10, "a C# kernel, on its own page tables"u8, WhiteOnBlue);
        WriteCentred(screen, 12, "no runtime  -  no garbage collector  -  no allocation"u8, CyanOnBlue);
        WriteCentred(screen, 16, "this text buffer is mapped as device memory: uncacheable, not executable"u8, WhiteOnBlue);
    }

    /// <summary>Whether the title can be read back from the adapter.</summary>
    public static bool ReadsBack(VirtAddr screen)
    {
        int column = (Columns - Title.Length) / 2;
        for (int i = 0; i < Title.Length; i++)
        {
            if (Atomic.Load(in Cell(screen, 8, column + i)) != Title[i])
                return false;
        }

        return true;
    }

    private static ReadOnlySpan<byte> Title => "K e r n e l M e m"u8;

    private static void WriteCentred(VirtAddr screen, int row, ReadOnlySpan<byte> text, byte colour)
    {
        int column = (Columns - text.Length) / 2;
        for (int i = 0; i < text.Length; i++)
            Put(screen, row, column + i, text[i], colour);
    }

    private static void Put(VirtAddr screen, int row, int column, byte character, byte colour)
    {
        ref byte cell = ref Cell(screen, row, column);
        Atomic.Store(ref cell, character);
        Atomic.Store(ref Unsafe.Add(ref cell, 1), colour);
    }

    // SAFETY: rows and columns are within the buffer, which the kernel maps as device memory before it writes here.
    private static ref byte Cell(VirtAddr screen, int row, int column) =>
        ref screen.ToPointer<byte>()[((row * Columns) + column) * 2];
}

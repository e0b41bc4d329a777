using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelMem.Addresses;
using KernelMem.Annotations;

namespace KernelMem.Machine;

/// <summary>Where the linker put the kernel's image: the symbols of Native/Bare/kernel.ld, page-aligned.</summary>
[StructLayout(LayoutKind.Sequential)]
[ExpectedSize(88)]
public readonly unsafe struct ImageLayout
{
    private readonly ulong _base;
    private readonly ulong _start, _end;
    private readonly ulong _textStart, _textEnd;
    private readonly ulong _readOnlyStart, _readOnlyEnd;
    private readonly ulong _dataStart, _dataEnd;
    private readonly ulong _stackStart, _stackEnd;

    /// <summary>The layout of the running image.</summary>
    // SAFETY: the table is a constant of the image, laid out as this struct (cpu.s).
    public static ref readonly ImageLayout Current => ref *Layout();

    /// <summary>The whole image.</summary>
    public VirtRange Image => VirtRange.Create(VirtAddr.Create(_start), _end - _start);

    /// <summary>The start-up code of the boot CPU, run before paging; not needed once <c>kernel_main</c> runs.</summary>
    public VirtRange BootText => VirtRange.Create(VirtAddr.Create(_start), _textStart - _start);

    /// <summary>Code: readable and executable.</summary>
    public VirtRange Text => VirtRange.Create(VirtAddr.Create(_textStart), _textEnd - _textStart);

    /// <summary>Constants: readable only.</summary>
    public VirtRange ReadOnlyData => VirtRange.Create(VirtAddr.Create(_readOnlyStart), _readOnlyEnd - _readOnlyStart);

    /// <summary>Data, the boot tables and the boot stack: readable and writable.</summary>
    public VirtRange Data => VirtRange.Create(VirtAddr.Create(_dataStart), _dataEnd - _dataStart);

    /// <summary>The stack of the boot CPU, a part of <see cref="Data"/>.</summary>
    public VirtRange BootStack => VirtRange.Create(VirtAddr.Create(_stackStart), _stackEnd - _stackStart);

    /// <summary>The frames the image occupies.</summary>
    public PhysRange Physical => PhysRange.Create(ToPhysical(Image.Start), _end - _start);

    /// <summary>The physical address of a byte of the image.</summary>
    public PhysAddr ToPhysical(VirtAddr address) => PhysAddr.Create(address.Value - _base);

    [RuntimeImport("*", "cpu_image_layout"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ImageLayout* Layout();
}

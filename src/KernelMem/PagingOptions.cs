using KernelMem.Addresses;
using KernelMem.Paging;

namespace KernelMem;

/// <summary>What a <see cref="MemoryManager{TPlatform}"/> needs to know before it makes page tables.</summary>
public readonly struct PagingOptions
{
    private PagingOptions(in AddressLayout layout, AddressWidth width, byte flushVector)
    {
        Layout = layout;
        Width = width;
        FlushVector = flushVector;
    }

    /// <summary>Which addresses are whose.</summary>
    public AddressLayout Layout { get; }

    /// <summary>How many levels the processor walks: what CR4.LA57 says.</summary>
    public AddressWidth Width { get; }

    /// <summary>
    /// The interrupt vector that asks a CPU to drop translations, 32 to 255. Its handler calls
    /// <see cref="MemoryManager{TPlatform}.HandleFlushInterrupt"/>. A machine with one CPU never uses it.
    /// </summary>
    public byte FlushVector { get; }

    /// <summary>The usual layout.</summary>
    public static PagingOptions Create(AddressWidth width, byte flushVector) => new(AddressLayout.Standard, width, flushVector);

    /// <summary>The same, with another layout.</summary>
    public PagingOptions WithLayout(in AddressLayout layout) => new(layout, Width, FlushVector);
}

using System.Runtime;
using System.Runtime.CompilerServices;
using KernelMem.Annotations;
using KernelMem.Platform;

namespace KernelMem.Machine;

/// <summary>Instructions of the processor that C# has no words for. Raw numbers are right here: this is the hardware's edge.</summary>
public static unsafe class Cpu
{
    /// <summary>Index of the CPU that runs this: 0 is the one that booted, others follow in the order in which they came up.</summary>
    [RuntimeImport("*", "cpu_current"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern uint Current();

    /// <summary>Reads a byte from an I/O port.</summary>
    [RuntimeImport("*", "cpu_in8"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern byte In8(ushort port);

    /// <summary>Reads 16 bits from an I/O port.</summary>
    [RuntimeImport("*", "cpu_in16"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ushort In16(ushort port);

    /// <summary>Reads 32 bits from an I/O port.</summary>
    [RuntimeImport("*", "cpu_in32"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern uint In32(ushort port);

    /// <summary>Writes a byte to an I/O port.</summary>
    [RuntimeImport("*", "cpu_out8"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Out8(ushort port, byte value);

    /// <summary>Writes 16 bits to an I/O port.</summary>
    [RuntimeImport("*", "cpu_out16"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Out16(ushort port, ushort value);

    /// <summary>Writes 32 bits to an I/O port.</summary>
    [RuntimeImport("*", "cpu_out32"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Out32(ushort port, uint value);

    /// <summary>Reads CR0: protection, write protection (WP), paging.</summary>
    public static Cr0 ReadCr0() => Cr0.FromRaw(NativeReadCr0());

    /// <summary>Writes CR0.</summary>
    public static void WriteCr0(Cr0 value) => NativeWriteCr0(value.Value);

    /// <summary>Reads CR3: the root of the page tables.</summary>
    public static Cr3 ReadCr3() => Cr3.FromRaw(NativeReadCr3());

    /// <summary>Writes CR3, which flushes all translations that are not global.</summary>
    public static void WriteCr3(Cr3 value) => NativeWriteCr3(value.Value);

    /// <summary>Reads CR4: LA57, SMEP, SMAP and other features.</summary>
    public static Cr4 ReadCr4() => Cr4.FromRaw(NativeReadCr4());

    /// <summary>Writes CR4.</summary>
    public static void WriteCr4(Cr4 value) => NativeWriteCr4(value.Value);

    /// <summary>Reads a model-specific register.</summary>
    [RuntimeImport("*", "cpu_read_msr"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong ReadMsr(uint register);

    /// <summary>Writes a model-specific register.</summary>
    [RuntimeImport("*", "cpu_write_msr"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void WriteMsr(uint register, ulong value);

    /// <summary>Drops this CPU's translation of the page that holds an address (INVLPG).</summary>
    [RuntimeImport("*", "cpu_invlpg"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void InvalidatePage(ulong address);

    /// <summary>Drops this CPU's translations by process-context identifier (INVPCID).</summary>
    /// <param name="kind">The type: 0 one address, 1 one identifier, 2 all with global ones, 3 all without.</param>
    /// <param name="pcid">The identifier, for types 0 and 1.</param>
    /// <param name="address">The address, for type 0.</param>
    [RuntimeImport("*", "cpu_invpcid"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void InvalidateContext(uint kind, ulong pcid, ulong address);

    /// <summary>Writes this CPU's caches back to memory and empties them (WBINVD).</summary>
    [RuntimeImport("*", "cpu_flush_caches"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void FlushCaches();

    /// <summary>Reads the rights of the protection keys (RDPKRU); needs CR4.PKE.</summary>
    [RuntimeImport("*", "cpu_read_pkru"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern uint ReadPkru();

    /// <summary>Writes the rights of the protection keys (WRPKRU); needs CR4.PKE.</summary>
    [RuntimeImport("*", "cpu_write_pkru"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void WritePkru(uint value);

    /// <summary>Writes the cache line that holds an address back to memory and drops it (CLFLUSH).</summary>
    [RuntimeImport("*", "cpu_flush_cache_line"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void FlushCacheLine(void* address);

    /// <summary>The time-stamp counter, in ticks of a constant but unknown rate.</summary>
    [RuntimeImport("*", "cpu_time_stamp"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong ReadTimeStamp();

    /// <summary>Random bits from the processor's generator (RDRAND).</summary>
    /// <returns>False if it has none (CPUID.1:ECX bit 30), or gives nothing now.</returns>
    public static bool TryReadRandom(out ulong value)
    {
        uint* registers = stackalloc uint[4];
        Identify(1, 0, registers);
        ulong random = 0;
        bool has = (registers[2] >> 30 & 1) != 0 && NativeRandom(&random) != 0;
        value = random;
        return has;
    }

    /// <summary>Disables interrupts on this CPU and says whether they were enabled (1) or not (0).</summary>
    [RuntimeImport("*", "cpu_save_interrupts"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern uint SaveInterrupts();

    /// <summary>Enables interrupts again if <see cref="SaveInterrupts"/> returned 1.</summary>
    [RuntimeImport("*", "cpu_restore_interrupts"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void RestoreInterrupts(uint saved);

    /// <summary>Tells the processor that this is a spin-wait loop.</summary>
    [RuntimeImport("*", "cpu_pause"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Pause();

    /// <summary>
    /// Enables interrupts and waits for one; none is missed between the two. They stay enabled. Returns after a non-maskable one too,
    /// those of remote fences included: look again whether there is nothing to do.
    /// </summary>
    [RuntimeImport("*", "cpu_wait_for_interrupt"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void WaitForInterrupt();

    /// <summary>Stops this CPU for good.</summary>
    [RuntimeImport("*", "cpu_stop"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Stop();

    /// <summary>Copies bytes between kernel and user memory. A fault ends the copy instead of the kernel.</summary>
    /// <returns>The number of bytes that were not copied: 0 for all of them.</returns>
    [RuntimeImport("*", "cpu_copy_user"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern nuint CopyUser([UserMemory] void* destination, [UserMemory] void* source, nuint length);

    /// <summary>Runs CPUID.</summary>
    /// <param name="leaf">EAX on entry.</param>
    /// <param name="subleaf">ECX on entry.</param>
    /// <param name="registers">Receives EAX, EBX, ECX and EDX.</param>
    [RuntimeImport("*", "cpu_id"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Identify(uint leaf, uint subleaf, uint* registers);

    /// <summary>Whether this CPU can keep the kernel from touching user pages by mistake (SMAP, CPUID.(7,0):EBX bit 20). CR4.SMAP turns it on.</summary>
    public static bool HasSmap
    {
        get
        {
            uint* registers = stackalloc uint[4];
            Identify(0, 0, registers);
            if (registers[0] < 7)
                return false;
            Identify(7, 0, registers);
            return (registers[1] >> 20 & 1) != 0;
        }
    }

    /// <summary>
    /// Where <see cref="WaitForInterrupt"/> halts. A non-maskable interrupt that comes between STI and HLT must skip the HLT: on its return
    /// interrupts are enabled at once, and the awaited one would be handled before the CPU halts.
    /// </summary>
    [RuntimeImport("*", "cpu_halt_address"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern ulong HaltAddress();

    [RuntimeImport("*", "cpu_load_idt"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void LoadIdt(DescriptorTablePointer* table);

    [RuntimeImport("*", "cpu_load_gdt"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void LoadGdt(DescriptorTablePointer* table, ushort taskSelector);

    [RuntimeImport("*", "cpu_random"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern uint NativeRandom(ulong* value);

    [RuntimeImport("*", "cpu_read_cr0"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong NativeReadCr0();

    [RuntimeImport("*", "cpu_write_cr0"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void NativeWriteCr0(ulong value);

    [RuntimeImport("*", "cpu_read_cr3"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong NativeReadCr3();

    [RuntimeImport("*", "cpu_write_cr3"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void NativeWriteCr3(ulong value);

    [RuntimeImport("*", "cpu_read_cr4"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong NativeReadCr4();

    [RuntimeImport("*", "cpu_write_cr4"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void NativeWriteCr4(ulong value);
}

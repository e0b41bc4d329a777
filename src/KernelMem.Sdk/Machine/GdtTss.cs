using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelMem.Annotations;

namespace KernelMem.Machine;

/// <summary>
/// Each CPU's segment descriptors, task state and trap stacks. Long mode needs little of them; the task state names the stacks
/// on which a double fault, a non-maskable interrupt and a machine check can still be dealt with.
/// </summary>
internal static unsafe class GdtTss
{
    public const ushort CodeSelector = 0x08;
    public const ushort TaskSelector = 0x18;

    private const int TrapStackBytes = 4096;
    private const ulong TaskStateBytes = 104;

    private static CpuTablesArray s_tables;

    public static void Load(uint cpu)
    {
        // SAFETY: statics of the image stay in place, and each CPU has tables of its own.
        CpuTables* tables = (CpuTables*)Unsafe.AsPointer(ref s_tables[(int)cpu]);
        tables->Task = default;
        tables->Task.Stack1 = TopOf(&tables->Stack1);
        tables->Task.Stack2 = TopOf(&tables->Stack2);
        tables->Task.Stack3 = TopOf(&tables->Stack3);
        tables->Task.IoMapBase = (ushort)TaskStateBytes;

        ulong task = (ulong)&tables->Task;
        tables->Null = 0;
        tables->Code = 0x00AF_9B00_0000_FFFF; // 64-bit code, ring 0, accessed
        tables->Data = 0x00CF_9300_0000_FFFF; // data, ring 0, accessed
        tables->TaskLow = AvailableTaskState | (TaskStateBytes - 1) | (task & 0xFF_FFFF) << 16 | (task >> 24 & 0xFF) << 56;
        tables->TaskHigh = task >> 32;

        DescriptorTablePointer pointer = new((ulong)&tables->Null, (5 * sizeof(ulong)) - 1);
        Cpu.LoadGdt(&pointer, TaskSelector);
    }

    // Type 9, present: Intel SDM Vol. 3A, "TSS Descriptor in 64-bit Mode".
    private const ulong AvailableTaskState = 0x89UL << 40;

    // 16-byte alignment, as the processor would give it.
    private static ulong TopOf(TrapStackMemory* stack) => ((ulong)stack + TrapStackBytes) & ~15UL;

    [InlineArray(SmpBoot.Limit)]
    private struct CpuTablesArray
    {
        private CpuTables _first;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct CpuTables
    {
        public TrapStackMemory Stack1, Stack2, Stack3;
        public ulong Null, Code, Data, TaskLow, TaskHigh;
        public TaskState Task;
    }

    /// <summary>The 64-bit task state: Intel SDM Vol. 3A, "64-Bit TSS Format".</summary>
    /// <remarks>The interrupt stack table starts at offset 36: its fields are not naturally aligned.</remarks>
    [StructLayout(LayoutKind.Explicit, Pack = 4, Size = (int)TaskStateBytes)]
    [HardwareStruct(Source = "Intel SDM Vol. 3A, 64-Bit TSS Format")]
    [ExpectedSize(104)]
    private struct TaskState
    {
        [FieldOffset(36)]
        public ulong Stack1;

        [FieldOffset(44)]
        public ulong Stack2;

        [FieldOffset(52)]
        public ulong Stack3;

        [FieldOffset(102)]
        public ushort IoMapBase;
    }

    [InlineArray(TrapStackBytes)]
    private struct TrapStackMemory
    {
        private byte _first;
    }
}

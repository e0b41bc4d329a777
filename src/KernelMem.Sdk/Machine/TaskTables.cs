using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KernelMem.Machine;

/// <summary>
/// Each CPU's segment descriptors, task state and trap stack. Long mode needs little of them; the task state holds the
/// stack on which a double fault can still be reported.
/// </summary>
internal static unsafe class TaskTables
{
    public const ushort CodeSelector = 0x08;
    public const ushort TaskSelector = 0x18;

    /// <summary>Number of the trap stack in the interrupt stack table (1 to 7).</summary>
    public const byte TrapStack = 1;

    private const int TrapStackBytes = 8192;
    private const ulong TaskStateBytes = 104;

    private static CpuTablesArray s_tables;

    public static void Load(uint cpu)
    {
        CpuTables* tables = (CpuTables*)Unsafe.AsPointer(ref s_tables[(int)cpu]);
        tables->Task = default;
        // 16-byte alignment, as the processor would give it.
        tables->Task.TrapStackTop = ((ulong)&tables->Stack + TrapStackBytes) & ~15UL;
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

    // Type 9, present: Intel SDM Vol. 3A, section 7.2.3.
    private const ulong AvailableTaskState = 0x89UL << 40;

    [InlineArray((int)Processors.Limit)]
    private struct CpuTablesArray
    {
        private CpuTables _first;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct CpuTables
    {
        public ulong Null, Code, Data, TaskLow, TaskHigh;
        public TaskState Task;
        public TrapStackMemory Stack;
    }

    /// <summary>The 64-bit task state: Intel SDM Vol. 3A, figure 7-11.</summary>
    [StructLayout(LayoutKind.Explicit, Size = (int)TaskStateBytes)]
    private struct TaskState
    {
        [FieldOffset(36)]
        public uint TrapStackTopLow;

        [FieldOffset(40)]
        public uint TrapStackTopHigh;

        [FieldOffset(102)]
        public ushort IoMapBase;

        public ulong TrapStackTop
        {
            readonly get => TrapStackTopLow | (ulong)TrapStackTopHigh << 32;
            set
            {
                // IST1 stands at offset 36, which no 8-byte field of a naturally aligned struct can have.
                TrapStackTopLow = (uint)value;
                TrapStackTopHigh = (uint)(value >> 32);
            }
        }
    }

    [InlineArray(TrapStackBytes)]
    private struct TrapStackMemory
    {
        private byte _first;
    }
}

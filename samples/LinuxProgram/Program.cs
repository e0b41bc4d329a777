using System;
using System.Runtime.InteropServices;
using KernelMem.Diagnostics;
using KernelMem.Machine.Linux;
using KernelMem.Platform;

namespace LinuxProgram;

/// <summary>
/// Kernel code as a freestanding Linux program: the same compiler, core library and link as a kernel, with raw system calls
/// below. Two threads count under the library's lock, and the cost of a round is printed.
/// </summary>
internal static unsafe class Program
{
    private const int Rounds = 200_000;
    private const int StackBytes = 64 * 1024;

    private static SpinLock s_lock;
    private static ulong s_count;
    private static uint s_finished;

    [UnmanagedCallersOnly(EntryPoint = "program_main")]
    private static int Main(int argumentCount, byte** arguments)
    {
        TextOutput output = new(&LinuxSystem.Write);
        output.Write("program: "u8);
        output.Write(ToSpan(arguments[0]));
        output.Write(", arguments: "u8);
        output.WriteDecimal((ulong)(argumentCount - 1));
        output.WriteLine();

        ulong start = LinuxSystem.ReadTimeStamp();
        if (!LinuxSystem.TryStartThread(1, &Count, LinuxSystem.MapMemory(StackBytes), StackBytes))
            return 1;
        Count();
        while (Atomic.Load(in s_finished) < 2)
            default(LinuxPlatform).Pause();
        ulong ticks = LinuxSystem.ReadTimeStamp() - start;

        output.Write("two threads counted to "u8);
        output.WriteDecimal(s_count);
        output.Write(" under one lock, "u8);
        output.WriteDecimal(ticks / (2 * Rounds));
        output.WriteLine(" ticks a round"u8);
        return s_count == 2 * Rounds ? 0 : 1;
    }

    private static void Count()
    {
        LinuxPlatform platform = new(cpuCount: 2);
        for (int i = 0; i < Rounds; i++)
        {
            SpinLockGuard<LinuxPlatform> guard = s_lock.Acquire(platform);
            s_count++;
            guard.Release();
        }

        Atomic.FetchAdd(ref s_finished, 1u);
    }

    private static ReadOnlySpan<byte> ToSpan(byte* text)
    {
        // SAFETY: the system ends each argument with a zero byte.
        int length = 0;
        while (text[length] != 0)
            length++;
        return new ReadOnlySpan<byte>(text, length);
    }
}

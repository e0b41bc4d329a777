using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime;
using System.Runtime.CompilerServices;
using KernelMem.Failures;

namespace KernelMem.Machine.Linux;

/// <summary>The system calls that a benchmark needs. There is no libc under it.</summary>
public static unsafe class LinuxSystem
{
    private const long WriteCall = 1;
    private const long MapCall = 9;
    private const long ExitGroupCall = 231;
    private const long MemoryBarrierCall = 324;
    private const int StandardOutput = 1;
    private const long ReadWrite = 3;                       // PROT_READ | PROT_WRITE
    private const long PrivateAnonymous = 0x22;             // MAP_PRIVATE | MAP_ANONYMOUS
    private const long NoReserve = 0x4000;                  // MAP_NORESERVE
    private const long HighestError = 4095;
    private const long FenceExpedited = 8;                  // MEMBARRIER_CMD_PRIVATE_EXPEDITED
    private const long RegisterExpedited = 16;              // MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED

    /// <summary>Writes to the standard output.</summary>
    public static void Write(ReadOnlySpan<byte> text)
    {
        fixed (byte* start = text)
        {
            for (long done = 0; done < text.Length;)
            {
                long written = Call(WriteCall, StandardOutput, (long)(start + done), text.Length - done, 0, 0, 0);
                if (written <= 0)
                    return;
                done += written;
            }
        }
    }

    /// <summary>Ends the program, all threads.</summary>
    [DoesNotReturn]
    public static void Exit(int status)
    {
        while (true)
            Call(ExitGroupCall, status, 0, 0, 0, 0, 0);
    }

    /// <summary>Maps zeroed memory, at page granularity; frames come when they are touched. Panics when there is no room.</summary>
    /// <param name="bytes">How much.</param>
    public static void* MapMemory(nuint bytes)
    {
        long result = Call(MapCall, 0, (long)bytes, ReadWrite, PrivateAnonymous | NoReserve, -1, 0);
        Panic.Assert(result is >= 0 or < -HighestError, "LinuxSystem: mmap failed");
        return (void*)result;
    }

    /// <summary>Starts a thread.</summary>
    /// <param name="index">Its number, 1 to 63, which <see cref="CurrentThread"/> returns in it; no two threads may share one.</param>
    /// <param name="entry">What it runs.</param>
    /// <param name="stack">Its stack's lowest byte.</param>
    /// <param name="stackBytes">Its stack's length.</param>
    /// <returns>False if the system refuses.</returns>
    public static bool TryStartThread(int index, delegate*<void> entry, void* stack, nuint stackBytes) =>
        StartThread((uint)index, entry, (byte*)stack + stackBytes) > 0;

    /// <summary>Makes every other running thread pass a full memory barrier before this returns (membarrier(2)).</summary>
    public static void FenceOtherThreads()
    {
        if (Call(MemoryBarrierCall, FenceExpedited, 0, 0, 0, 0, 0) == 0)
            return;

        // The process has to register first, once.
        Call(MemoryBarrierCall, RegisterExpedited, 0, 0, 0, 0, 0);
        long result = Call(MemoryBarrierCall, FenceExpedited, 0, 0, 0, 0, 0);
        Panic.Assert(result == 0, "LinuxSystem: membarrier failed");
    }

    /// <summary>The number of this thread: 0 for the first.</summary>
    [RuntimeImport("*", "linux_current"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern uint CurrentThread();

    /// <summary>The time-stamp counter.</summary>
    [RuntimeImport("*", "linux_time_stamp"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong ReadTimeStamp();

    /// <summary>Any system call: its number and six arguments; a result from -4095 to -1 is a negated error number.</summary>
    [RuntimeImport("*", "linux_call"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern long Call(long number, long a, long b, long c, long d, long e, long f);

    [RuntimeImport("*", "linux_start_thread"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern long StartThread(uint index, delegate*<void> entry, void* stackTop);
}

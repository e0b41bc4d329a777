using System;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelMem.Failures;
using KernelMem.Machine.Linux;
using KernelMem.Platform;

namespace Benchmarks;

/// <summary>What the benchmark needs of the system: here, raw system calls.</summary>
internal static unsafe class Host
{
    private const int StackBytes = 256 * 1024;
    private const long YieldCall = 24;
    private const long AdviseCall = 28;
    private const long HugePages = 14;                      // MADV_HUGEPAGE
    private const long SetAffinityCall = 203;
    private const long GetAffinityCall = 204;
    private const long ClockCall = 228;
    private const long MonotonicClock = 1;
    private const long BarrierCall = 324;
    private const long PrivateExpedited = 8;                // MEMBARRIER_CMD_PRIVATE_EXPEDITED
    private const long RegisterExpedited = 16;              // MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED

    private static ulong s_ticksPerSecond;

    /// <summary>How the code under test was compiled.</summary>
    public static ReadOnlySpan<byte> Compiler => "ILC, freestanding"u8;

    /// <summary>The rate of <see cref="Ticks"/>, in hertz.</summary>
    public static ulong TicksPerSecond => s_ticksPerSecond;

    /// <summary>The number of this thread: what a CPU's number is to a kernel.</summary>
    public static CpuId CurrentCpu => default(LinuxPlatform).CurrentCpu;

    [UnmanagedCallersOnly(EntryPoint = "program_main")]
    private static int Main(int argumentCount, byte** arguments)
    {
        Calibrate();
        LinuxSystem.Call(BarrierCall, RegisterExpedited, 0, 0, 0, 0, 0);
        Options options = default;
        for (int i = 1; i < argumentCount; i++)
        {
            if (!options.TryAdd(ToSpan(arguments[i])))
                return Options.Refuse();
        }

        return Bench.Run(options);
    }

    public static void Write(ReadOnlySpan<byte> text) => LinuxSystem.Write(text);

    /// <summary>A clock: the time-stamp counter.</summary>
    public static ulong Ticks() => LinuxSystem.ReadTimeStamp();

    /// <summary>Bytes of managed memory that this thread has allocated: there is none in this program.</summary>
    public static ulong ManagedBytes() => 0;

    public static byte* MapMemory(nuint bytes) => (byte*)LinuxSystem.MapMemory(bytes);

    public static void AdviseHugePages(byte* start, nuint bytes) => LinuxSystem.Call(AdviseCall, (long)start, (long)bytes, HugePages, 0, 0, 0);

    /// <summary>The CPUs that this process may use, as bits.</summary>
    public static ulong AllowedCpus()
    {
        ulong* mask = stackalloc ulong[16];
        *mask = 0;
        long written = LinuxSystem.Call(GetAffinityCall, 0, 16 * sizeof(ulong), (long)mask, 0, 0, 0);
        return written > 0 ? *mask : 1;
    }

    /// <summary>Binds this thread to CPUs.</summary>
    public static void Pin(ulong cpus) => LinuxSystem.Call(SetAffinityCall, 0, sizeof(ulong), (long)&cpus, 0, 0, 0);

    /// <summary>Lets others run.</summary>
    public static void Yield() => LinuxSystem.Call(YieldCall, 0, 0, 0, 0, 0, 0);

    /// <summary>Starts the second thread. The one before must have ended.</summary>
    public static void StartSecondThread(delegate*<void> entry) => Panic.Assert(
        LinuxSystem.TryStartThread(1, entry, LinuxSystem.MapMemory(StackBytes), StackBytes), "bench: no second thread");

    /// <summary>Makes every other running thread pass a full memory barrier.</summary>
    public static void FenceOtherThreads() => Panic.Assert(
        LinuxSystem.Call(BarrierCall, PrivateExpedited, 0, 0, 0, 0, 0) == 0, "bench: membarrier failed");

    /// <summary>RFLAGS.IF, read as a kernel does before it turns interrupts off.</summary>
    [RuntimeImport("*", "bench_save_flags"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern uint SaveFlags();

    /// <summary>Writes the flags back if interrupts were on.</summary>
    [RuntimeImport("*", "bench_restore_flags"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void RestoreFlags(uint wereEnabled);

    private static void Calibrate()
    {
        const ulong Wait = 50_000_000;
        ulong start = Nanoseconds(), ticks = Ticks(), now;
        do
            now = Nanoseconds();
        while (now - start < Wait);
        s_ticksPerSecond = (Ticks() - ticks) * 1000 / ((now - start) / 1000) * 1000;
    }

    private static ulong Nanoseconds()
    {
        ulong* time = stackalloc ulong[2];
        LinuxSystem.Call(ClockCall, MonotonicClock, (long)time, 0, 0, 0, 0);
        return time[0] * 1_000_000_000 + time[1];
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

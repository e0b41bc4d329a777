using System;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using KernelMem.Failures;
using KernelMem.Platform;

namespace Benchmarks;

/// <summary>What the benchmark needs of the system: here, .NET and libc.</summary>
internal static unsafe class Host
{
    private const int ReadWrite = 3;                        // PROT_READ | PROT_WRITE
    private const int ReadExecute = 5;                      // PROT_READ | PROT_EXEC
    private const int PrivateAnonymous = 0x22;              // MAP_PRIVATE | MAP_ANONYMOUS
    private const int HugePages = 14;                       // MADV_HUGEPAGE

    private static readonly Stream s_output = Console.OpenStandardOutput();
    private static readonly byte* s_stubs = MakeStubs();
    private static Thread? s_secondThread;

    [ThreadStatic]
    private static int t_cpu;

    /// <summary>How the code under test was compiled.</summary>
    public static ReadOnlySpan<byte> Compiler => "JIT, fully optimised"u8;

    /// <summary>The rate of <see cref="Ticks"/>, in hertz.</summary>
    public static ulong TicksPerSecond => (ulong)Stopwatch.Frequency;

    /// <summary>The number of this thread: what a CPU's number is to a kernel.</summary>
    public static CpuId CurrentCpu => new(t_cpu);

    private static int Main(string[] arguments)
    {
        Options options = default;
        foreach (string argument in arguments)
        {
            if (!options.TryAdd(Encoding.UTF8.GetBytes(argument)))
                return Options.Refuse();
        }

        return Bench.Run(options);
    }

    public static void Write(ReadOnlySpan<byte> text) => s_output.Write(text);

    /// <summary>A clock: the monotonic one.</summary>
    public static ulong Ticks() => (ulong)Stopwatch.GetTimestamp();

    /// <summary>Bytes of managed memory that this thread has allocated.</summary>
    public static ulong ManagedBytes() => (ulong)GC.GetAllocatedBytesForCurrentThread();

    public static byte* MapMemory(nuint bytes)
    {
        nint start = Map(0, bytes, ReadWrite, PrivateAnonymous, -1, 0);
        Panic.Assert(start != -1, "bench: mmap failed");
        return (byte*)start;
    }

    public static void AdviseHugePages(byte* start, nuint bytes) => _ = Advise(start, bytes, HugePages);

    /// <summary>The CPUs that this process may use, as bits.</summary>
    public static ulong AllowedCpus()
    {
        ulong* mask = stackalloc ulong[16];
        *mask = 0;
        return GetAffinity(0, 16 * sizeof(ulong), mask) == 0 ? *mask : 1;
    }

    /// <summary>Binds this thread to CPUs.</summary>
    public static void Pin(ulong cpus) => _ = SetAffinity(0, sizeof(ulong), &cpus);

    /// <summary>Lets others run.</summary>
    public static void Yield() => Thread.Yield();

    /// <summary>Starts the second thread. The one before must have ended.</summary>
    public static void StartSecondThread(delegate*<void> entry)
    {
        s_secondThread?.Join();
        s_secondThread = new Thread(() =>
        {
            t_cpu = 1;
            entry();
        })
        { IsBackground = true };
        s_secondThread.Start();
    }

    /// <summary>Makes every other running thread pass a full memory barrier.</summary>
    public static void FenceOtherThreads() => Interlocked.MemoryBarrierProcessWide();

    /// <summary>RFLAGS.IF, read as a kernel does before it turns interrupts off.</summary>
    public static uint SaveFlags() => ((delegate* unmanaged[Cdecl, SuppressGCTransition]<uint>)s_stubs)();

    /// <summary>Writes the flags back if interrupts were on.</summary>
    public static void RestoreFlags(uint wereEnabled) =>
        ((delegate* unmanaged[Cdecl, SuppressGCTransition]<uint, void>)(s_stubs + 16))(wereEnabled);

    // The same instructions as in ../Linux/stubs.s.
    private static byte* MakeStubs()
    {
        const int Page = 4096;
        byte* page = MapMemory(Page);
        ReadOnlySpan<byte> save = [0x9C, 0x58, 0x48, 0xC1, 0xE8, 0x09, 0x83, 0xE0, 0x01, 0xC3];
        ReadOnlySpan<byte> restore = [0x85, 0xFF, 0x74, 0x02, 0x9C, 0x9D, 0xC3];
        save.CopyTo(new Span<byte>(page, 16));
        restore.CopyTo(new Span<byte>(page + 16, 16));
        Panic.Assert(Protect(page, Page, ReadExecute) == 0, "bench: mprotect failed");
        return page;
    }

    [DllImport("libc", EntryPoint = "mmap"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [DllImport("libc", EntryPoint = "madvise"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Advise(byte* address, nuint length, int advice);

    [DllImport("libc", EntryPoint = "mprotect"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Protect(byte* address, nuint length, int protection);

    [DllImport("libc", EntryPoint = "sched_setaffinity"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetAffinity(int thread, nuint length, ulong* mask);

    [DllImport("libc", EntryPoint = "sched_getaffinity"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetAffinity(int thread, nuint length, ulong* mask);
}

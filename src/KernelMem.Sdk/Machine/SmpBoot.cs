using System;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Machine;

/// <summary>The other CPUs: how they come up. Intel SDM Vol. 3A, "MP Initialization Protocol Algorithm" (INIT-SIPI-SIPI).</summary>
public static unsafe class SmpBoot
{
    /// <summary>The most CPUs an image has tables for.</summary>
    public const int Limit = 16;

    // Native/Bare/smp.s is assembled for this page.
    private const ulong TrampolineAddress = 0x8000;
    private const byte StartupVector = (byte)(TrampolineAddress >> 12);

    // Microseconds: Intel SDM Vol. 3A, "Typical AP Initialization Sequence" and the BSP's.
    private const int InitDelay = 10_000;
    private const int StartupDelay = 200;
    private const int Patience = 2_000_000;

    private static uint s_count = 1;
    private static uint s_arrived;
    private static ApicIds s_apicIds;
    private static nuint s_entry;
    private static bool s_oneIsLate;
    private static uint s_features;

    /// <summary>
    /// The frame below 1 MiB where a CPU starts, in real mode; reserve it. While one starts it must be mapped at
    /// <see cref="TrampolinePage"/>, readable and executable, for the CPU turns paging on in it; unmap it when all are up.
    /// </summary>
    public static Frame Trampoline => Frame.Create(PhysAddr.CreateUnchecked(TrampolineAddress));

    /// <summary>Where the trampoline must be mapped: at its physical address.</summary>
    public static VirtAddr TrampolinePage => VirtAddr.CreateUnchecked(TrampolineAddress);

    /// <summary>How many CPUs are up, the boot CPU included.</summary>
    public static int Count => (int)Atomic.Load(in s_count);

    /// <summary>Copies the trampoline's code to its frame, once, before the frame is mapped read-only.</summary>
    public static void InstallTrampoline(DirectMap map)
    {
        // SAFETY: the frame is the trampoline's, and its code is far shorter than a page.
        TrampolineInfo* info = NativeTrampoline();
        Buffer.MemoryCopy(info->Start, map.ToPointer<byte>(Trampoline.Start), Frame.Size, (ulong)(info->End - info->Start));
    }

    /// <summary>Enables the boot CPU's local APIC and notes it, so that others can interrupt it. Call it before <see cref="TryStart"/>.</summary>
    public static void Initialize(LocalApic apic)
    {
        LocalApic.Current = apic;
        Atomic.Store(ref s_apicIds[0], apic.Id);
        apic.Enable();
    }

    /// <summary>
    /// Turns on what the boot CPU has of what paging depends on, and has each CPU that is started later do the same before it runs its
    /// entry. Call it before the kernel makes page tables.
    /// </summary>
    /// <returns>What is on; or what the processor lacks: see <see cref="CpuFeatures.Enable"/>.</returns>
    public static Result<CpuFeatureSet, CpuFeatureError> EnableFeatures()
    {
        Result<CpuFeatureSet, CpuFeatureError> turnedOn = CpuFeatures.Enable(default(X64Platform));
        if (turnedOn.TryGet(out CpuFeatureSet features))
            Atomic.Store(ref s_features, (uint)features);
        return turnedOn;
    }

    /// <summary>
    /// Starts one CPU and waits until it is up; after <see cref="Idt.Install"/> and <see cref="Initialize"/>, without which CPUs could
    /// not fence each other. It gets the next index, the current page tables, and the processor features
    /// that the boot CPU entered long mode with, and those of <see cref="EnableFeatures"/>; what the kernel turned on besides is the entry's
    /// to repeat.
    /// </summary>
    /// <param name="apicId">Its local APIC's id, from the ACPI tables.</param>
    /// <param name="stackTop">The end of its stack; 16-byte aligned.</param>
    /// <param name="entry">
    /// What it runs, with interrupts off, the trap table loaded and its local APIC enabled. When it returns, the CPU stops.
    /// </param>
    /// <returns>
    /// False if there are no tables for another CPU, if CR3 is above 4 GiB (the CPU loads it in 32-bit mode), or if it did not
    /// come up in time. In that case no other is started any more: the late one would take the other's stack.
    /// </returns>
    public static bool TryStart(byte apicId, VirtAddr stackTop, delegate*<void> entry)
    {
        uint index = Atomic.Load(in s_count);
        ulong root = Cpu.ReadCr3().Value;
        Panic.Assert(stackTop.IsAligned(16), "SmpBoot: a stack ends at a multiple of 16");
        Panic.Assert(Idt.AreInstalled, "SmpBoot: a CPU is started before Idt.Install");
        Panic.Assert(LocalApic.Current.IsMapped, "SmpBoot: a CPU is started before SmpBoot.Initialize");
        if (index >= Limit || root > uint.MaxValue || s_oneIsLate)
            return false;

        // SAFETY: the parameters are the image's own data, and no other CPU is starting.
        *NativeTrampoline()->Parameters = new StartupParameters
        {
            Cr3 = root,
            Cr4 = BootCr4(),
            Efer = BootEfer(),
            StackTop = stackTop.Value,
            Index = index,
        };
        Atomic.Store(ref s_apicIds[(int)index], apicId);
        Atomic.Store(ref s_entry, (nuint)entry);
        Atomic.Store(ref s_arrived, 0u);

        LocalApic apic = LocalApic.Current;
        apic.SendInit(apicId);
        Clock.Delay(InitDelay);
        for (int attempt = 0; attempt < 2 && Atomic.Load(in s_arrived) == 0; attempt++)
        {
            apic.SendStartup(apicId, StartupVector);
            Clock.Delay(StartupDelay);
        }

        for (int i = 0; i < Patience && Atomic.Load(in s_arrived) == 0; i++)
            Clock.Delay(1);
        s_oneIsLate = Atomic.Load(in s_arrived) == 0;
        return !s_oneIsLate;
    }

    /// <summary>The local APIC id of a CPU that is up.</summary>
    public static byte ApicId(CpuId cpu) => Atomic.Load(in s_apicIds[cpu.Value]);

    [UnmanagedCallersOnly(EntryPoint = "kernelmem_processor")]
    private static void Run(uint index)
    {
        Idt.Load();
        RepeatFeatures();
        LocalApic.Current.Enable();
        delegate*<void> entry = (delegate*<void>)Atomic.Load(in s_entry);
        Atomic.Store(ref s_count, index + 1);

        // A remote fence that did not count this CPU has drawn its ticket before this: see RemoteFence.
        Atomic.Fence();
        Atomic.Store(ref s_arrived, index);
        entry();
    }

    // Page tables, and the flushes that CPUs owe each other, rely on every CPU having the same on.
    private static void RepeatFeatures()
    {
        CpuFeatureSet wanted = (CpuFeatureSet)Atomic.Load(in s_features);
        if (wanted == CpuFeatureSet.None)
            return;
        bool same = CpuFeatures.Enable(default(X64Platform)).TryGet(out CpuFeatureSet features) && features == wanted;
        Panic.Assert(same, "SmpBoot: a CPU has other features than the one that booted");
    }

    [RuntimeImport("*", "cpu_boot_cr4"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong BootCr4();

    [RuntimeImport("*", "cpu_boot_efer"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong BootEfer();

    [RuntimeImport("*", "cpu_trampoline"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern TrampolineInfo* NativeTrampoline();

    [StructLayout(LayoutKind.Sequential)]
    [ExpectedSize(24)]
    private struct TrampolineInfo
    {
        public byte* Start;
        public byte* End;
        public StartupParameters* Parameters;
    }

    [StructLayout(LayoutKind.Sequential)]
    [ExpectedSize(40)]
    private struct StartupParameters
    {
        public ulong Cr3, Cr4, Efer, StackTop, Index;
    }

    [InlineArray(Limit)]
    private struct ApicIds
    {
        private byte _first;
    }
}

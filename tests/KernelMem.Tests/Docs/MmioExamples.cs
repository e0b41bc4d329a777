using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Platform;

namespace KernelMem.Tests.Docs;

/// <summary>The examples of <c>docs/mmio.md</c>, word for word.</summary>
internal static partial class MmioExamples
{
    public static Hpet Start<TPlatform>(MemoryManager<TPlatform> memory)
        where TPlatform : unmanaged, IPlatform
    {
        VirtRange mapped = memory.MapDevice(PhysRange.Create(PhysAddr.Create(0xFED0_0000), 1024)).Expect("the timer's registers can be mapped");
        Hpet timer = new(MmioRange.Create(mapped));
        timer.Restart();
        return timer;
    }

    // High Precision Event Timer: IA-PC HPET Specification 1.0a, §2.3.
    [BitLayout(typeof(ulong))]
    [Reserved(2, 63)]
    public readonly partial struct HpetConfiguration
    {
        [Bit(0)]
        public partial bool IsCounting { get; }

        [Bit(1)]
        public partial bool ReplacesLegacyTimers { get; }
    }

    public readonly struct Hpet(MmioRange registers)
    {
        private Mmio<HpetConfiguration> Configuration => registers.At<HpetConfiguration>(0x10);

        private Mmio<ulong> MainCounter => registers.At<ulong>(0xF0);

        public ulong Ticks => MainCounter.Read();

        public void Restart()
        {
            Configuration.Clear(HpetConfiguration.Initial.WithIsCounting(true));
            MainCounter.Write(0);
            Configuration.Write(Configuration.Read().WithIsCounting(true).WithReplacesLegacyTimers(false));
        }
    }
}

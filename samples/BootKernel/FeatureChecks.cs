using KernelMem.Machine;
using KernelMem.Platform;
using Scenario;

namespace BootKernel;

/// <summary>Shows that every CPU has on what the first one turned on.</summary>
internal static unsafe class FeatureChecks
{
    private static uint s_features;
    private static uint s_same;

    /// <summary>What this CPU has on, by its own registers.</summary>
    public static void Run(ref Checklist checks, CpuFeatureSet features)
    {
        Atomic.Store(ref s_features, (uint)features);
        Cr4 cr4 = Cpu.ReadCr4();
        CpuFeatures present = CpuFeatures.Detect(default(X64Platform));
        bool on = Cpu.ReadCr0().Wp && Efer.FromRaw(Cpu.ReadMsr(Efer.Msr)).Nxe && Cpu.ReadMsr(Pat.Msr) == CachePolicy.Table.Value;
        on &= cr4.Smep == present.Has(CpuFeatureSet.ExecutionPrevention) && cr4.Smap == Cpu.HasSmap;
        on &= cr4.Umip == present.Has(CpuFeatureSet.InstructionPrevention) && cr4.Pge == present.Has(CpuFeatureSet.GlobalPages);
        on &= cr4.Pke == present.Has(CpuFeatureSet.UserKeys) && (!cr4.Pke || Cpu.ReadPkru() == 0);
        checks.Check("what the processor has for paging is on"u8, on);
    }

    /// <summary>The others, once they are up.</summary>
    public static void RunOnAll(ref Checklist checks)
    {
        Atomic.Store(ref s_same, 0u);
        bool ran = CpuTeam.Run(&Compare, null);
        checks.Check("every CPU has the same on"u8, ran && Atomic.Load(in s_same) == (uint)SmpBoot.Count);
    }

    private static void Compare(void* context, int cpu)
    {
        if ((uint)CpuFeatures.ReadEnabled(default(X64Platform)) == Atomic.Load(in s_features))
            Atomic.FetchAdd(ref s_same, 1u);
    }
}

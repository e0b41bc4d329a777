using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Frames;
using KernelMem.Machine;
using KernelMem.Platform;
using Scenario;

namespace BootKernel;

/// <summary>One CPU takes the last frame of a zone, and so those that other CPUs keep at hand, which it has to call in.</summary>
internal static unsafe class ExhaustionChecks
{
    private const uint Rounds = 4;
    private const int MaxPauses = 20;

    private static uint s_done;
    private static uint s_wrong;

    private static FrameAllocator<X64Platform> Frames => KernelMemory.Manager.Frames;

    // The smallest zone, which no other stands in for.
    private static FrameRequest Request => FrameRequest.For(FrameUse.Dma).WithZone(MemoryZone.Dma);

    private static ulong FreeFrames => Frames.GetStatistics(MemoryZone.Dma).FreeFrames;

    public static void Run(ref Checklist checks)
    {
        ulong free = FreeFrames;
        bool touched = CpuTeam.Run(&Touch, null);
        ulong taken = TakeAll(out FrameChain chain);
        bool emptied = touched && taken == free && FreeFrames == 0;
        emptied &= FreeAll(ref chain);
        checks.Check("one CPU gets every frame of a zone, those that other CPUs keep at hand too"u8, emptied, taken, "frames"u8);

        // The checks that follow this one look at all the books: with much memory that takes a while.
        bool finished = CpuTeam.Run(&Exhaust, null) && Atomic.Load(in s_wrong) == 0;
        checks.Check(
            "none of a zone's frames has two owners while one CPU takes all again and again and the others take some, and none is lost"u8,
            finished && FreeFrames == free);
    }

    // From now on the CPU keeps the frames around that one at hand.
    private static void Touch(void* context, int cpu)
    {
        FrameChain chain = new((uint)cpu);
        if (!TryTake(ref chain) || !FreeAll(ref chain))
            Atomic.FetchAdd(ref s_wrong, 1u);
    }

    private static void Exhaust(void* context, int cpu)
    {
        if (cpu == 0)
        {
            for (uint round = 0; round < Rounds; round++)
            {
                TakeAll(out FrameChain chain);
                FreeAll(ref chain);
            }

            Atomic.Store(ref s_done, 1u);
            return;
        }

        RandomNumbers random = new((ulong)cpu);
        while (Atomic.Load(in s_done) == 0)
        {
            FrameChain chain = new((uint)cpu);
            for (int count = random.Below(4); count >= 0 && TryTake(ref chain);)
                count--;
            for (int pauses = random.Below(MaxPauses); pauses > 0; pauses--)
                Cpu.Pause();
            FreeAll(ref chain);
        }
    }

    private static ulong TakeAll(out FrameChain chain)
    {
        chain = new(owner: 0);
        ulong taken = 0;
        while (TryTake(ref chain))
            taken++;
        return taken;
    }

    private static bool TryTake(ref FrameChain chain)
    {
        if (!Frames.Allocate(Request).TryGet(out OwnedFrame frame))
            return false;

        if (!chain.TryAdd(frame.Release()))
            Atomic.FetchAdd(ref s_wrong, 1u);
        return true;
    }

    private static bool FreeAll(ref FrameChain chain)
    {
        bool right = true;
        while (!chain.IsEmpty)
            right &= chain.TryRemove(out Frame frame) & Frames.Free(frame, FrameUse.Dma).IsSuccess;
        if (!right)
            Atomic.FetchAdd(ref s_wrong, 1u);
        return right;
    }
}

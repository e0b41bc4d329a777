using System;
using KernelMem.Addresses;
using KernelMem.Frames;
using KernelMem.Machine;
using KernelMem.Platform;
using Scenario;

namespace BootKernel;

/// <summary>The code that interrupts come into: it takes and frees frames in every way that there is.</summary>
internal static class InterruptedWork
{
    private const FrameUse Use = FrameUse.User;
    private const int HeldOrder = 5;
    private const int ManyFrames = 64;
    private const int RunFrames = 200;
    private const int ViewFrames = 8;

    private static FrameAllocator<X64Platform> Frames => KernelMemory.Manager.Frames;

    /// <summary>Takes something, and frees it or something older.</summary>
    /// <param name="held">What was taken and not yet freed.</param>
    /// <param name="random">Decides what to do.</param>
    /// <param name="neighbor">Whom to send a non-maskable interrupt, now and then.</param>
    /// <returns>False if something is wrong. There may be no block or run that is large enough.</returns>
    public static bool DoRound(ref TaggedFrames held, ref RandomNumbers random, CpuId neighbor) => random.Below(16) switch
    {
        0 => DoBlock(held, 1 + HeldOrder + random.Below(FrameRequest.MaxOrder - HeldOrder)),
        1 => DoRun(held, 1 + (ulong)random.Below(RunFrames)),
        2 or 3 => DoMany(held, 1 + random.Below(ManyFrames)),
        4 or 5 => HoldBlock(ref held, 1 + random.Below(HeldOrder)),
        >= 6 and < 10 => DoInView(held, 1 + random.Below(ViewFrames), neighbor),
        _ => HoldFrame(ref held),
    };

    /// <summary>Frees all that is held.</summary>
    /// <returns>False if something is wrong.</returns>
    public static bool FreeAll(ref TaggedFrames held)
    {
        bool right = true;
        while (!held.IsEmpty)
            right &= FreeOldest(ref held);
        return right;
    }

    // There is always a single frame: all CPUs and interrupts together hold a few MiB.
    private static bool HoldFrame(ref TaggedFrames held)
    {
        bool right = !held.IsFull || FreeOldest(ref held);
        return right & Frames.Allocate(Use).TryGet(out OwnedFrame frame) && held.TryAdd(FrameRange<Size4KiB>.Create(frame.Release(), 1));
    }

    private static bool HoldBlock(ref TaggedFrames held, int order)
    {
        bool right = !held.IsFull || FreeOldest(ref held);
        if (!Frames.Allocate(FrameRequest.For(Use).WithOrder(order)).TryGet(out OwnedFrame block, out FrameError error))
            return right && error == FrameError.OutOfMemory;

        ulong count = block.Count;
        return right & held.TryAdd(FrameRange<Size4KiB>.Create(block.Release(), count));
    }

    private static bool FreeOldest(ref TaggedFrames held) => held.TryRemove(out Frame start) & Frames.Free(start, Use).IsSuccess;

    private static bool DoBlock(in TaggedFrames owner, int order)
    {
        if (!Frames.Allocate(FrameRequest.For(Use).WithOrder(order)).TryGet(out OwnedFrame block, out FrameError error))
            return error == FrameError.OutOfMemory;

        return owner.TryTag(block.Range) & owner.TryUntag(block.Range) & Frames.Free(block).IsSuccess;
    }

    private static bool DoRun(in TaggedFrames owner, ulong count)
    {
        if (!Frames.AllocateContiguous(count, FrameRequest.For(Use)).TryGet(out OwnedFrameRange run, out FrameError error))
            return error == FrameError.OutOfMemory;

        return owner.TryTag(run.Range) & owner.TryUntag(run.Range) & Frames.Free(run).IsSuccess;
    }

    private static bool DoMany(in TaggedFrames owner, int count)
    {
        Span<Frame> many = stackalloc Frame[count];
        if (!Frames.AllocateMany(Use, many).IsSuccess)
            return false;

        bool right = true;
        foreach (Frame frame in many)
            right &= owner.TryTag(FrameRange<Size4KiB>.Create(frame, 1));
        foreach (Frame frame in many)
            right &= owner.TryUntag(FrameRange<Size4KiB>.Create(frame, 1));
        return right & Frames.FreeMany(many, Use, out _).IsSuccess;
    }

    // The interrupt comes when its receiver, perhaps this CPU, may be anywhere in the allocator.
    private static bool DoInView(in TaggedFrames owner, int count, CpuId neighbor)
    {
        bool right = true;
        Span<Frame> taken = stackalloc Frame[ViewFrames];
        LocalFrameAllocator<X64Platform> view = Frames.EnterCpu();
        for (int i = 0; i < count; i++)
        {
            if (!view.Allocate(Use).TryGet(out OwnedFrame frame))
            {
                right = false;
                break;
            }

            taken[i] = frame.Release();
            right &= owner.TryTag(FrameRange<Size4KiB>.Create(taken[i], 1));
        }

        CpuTeam.Apic.SendNonMaskable(SmpBoot.ApicId(neighbor));
        for (int i = 0; i < count && right; i++)
            right &= owner.TryUntag(FrameRange<Size4KiB>.Create(taken[i], 1)) & view.Free(taken[i], Use).IsSuccess;
        view.Leave();
        return right;
    }
}
